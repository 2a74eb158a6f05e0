from attendance.models.record import AttendanceRecord
from attendance.models.session import Holiday, Session
from attendance.models.walk_in import WalkIn

__all__ = ["AttendanceRecord", "Holiday", "Session", "WalkIn"]

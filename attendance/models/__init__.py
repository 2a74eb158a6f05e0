from attendance.models.record import AttendanceRecord
from attendance.models.session import Holiday, Session

__all__ = ["AttendanceRecord", "Holiday", "Session"]

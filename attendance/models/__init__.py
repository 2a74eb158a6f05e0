from attendance.models.session import Holiday, Session

__all__ = ["Holiday", "Session"]

"""stub"""
def show_progress() -> None:
    """stub"""

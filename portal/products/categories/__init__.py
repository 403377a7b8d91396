"""The categories: every module here declares one as `CATEGORY`. A new one needs its file and its translations."""

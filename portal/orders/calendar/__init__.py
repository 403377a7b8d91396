"""Every running deadline that concerns somebody, as a calendar that their phone subscribes to (iCalendar, RFC 5545)."""

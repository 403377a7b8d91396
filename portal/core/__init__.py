"""What every feature stands on: settings, database, lifecycle, jobs, money, languages, web. Knows no feature."""

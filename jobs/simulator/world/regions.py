"""Where people live: countries, regions, their clocks, the quality of their networks."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Region:
    """One region: `weight` is its share of the accounts, `stalls_per_hour` what its networks do to playback."""

    country: str
    code: str
    city: str
    latitude: float
    longitude: float
    zone: str
    weight: float
    stalls_per_hour: float

    def utc_offset_minutes(self, day: date) -> int:
        """The clock of that day's noon: it holds for the day, also where clocks change in the night."""
        offset = datetime.combine(day, time(12), ZoneInfo(self.zone)).utcoffset()
        if offset is None:
            raise ValueError(f"Time zone {self.zone} of {self.code} has no offset on {day}.")
        return int(offset.total_seconds() // 60)


REGIONS = (
    Region("US", "US-CA", "Los Angeles", 34.05, -118.24, "America/Los_Angeles", 0.10, 0.5),
    Region("US", "US-NY", "New York", 40.71, -74.01, "America/New_York", 0.09, 0.4),
    Region("US", "US-TX", "Houston", 29.76, -95.37, "America/Chicago", 0.09, 0.6),
    Region("GB", "GB-ENG", "Manchester", 53.48, -2.24, "Europe/London", 0.09, 0.4),
    Region("GB", "GB-SCT", "Glasgow", 55.86, -4.25, "Europe/London", 0.03, 0.5),
    Region("DE", "DE-BE", "Berlin", 52.52, 13.40, "Europe/Berlin", 0.06, 0.5),
    Region("DE", "DE-BY", "München", 48.14, 11.58, "Europe/Berlin", 0.05, 0.4),
    Region("FR", "FR-IDF", "Paris", 48.86, 2.35, "Europe/Paris", 0.07, 0.4),
    Region("FR", "FR-PAC", "Marseille", 43.30, 5.37, "Europe/Paris", 0.04, 0.6),
    Region("BR", "BR-SP", "São Paulo", -23.55, -46.63, "America/Sao_Paulo", 0.09, 0.8),
    Region("BR", "BR-BA", "Salvador", -12.97, -38.50, "America/Bahia", 0.04, 0.9),
    Region("IN", "IN-MH", "Mumbai", 19.08, 72.88, "Asia/Kolkata", 0.08, 0.8),
    Region("IN", "IN-KA", "Bengaluru", 12.97, 77.59, "Asia/Kolkata", 0.05, 0.7),
    Region("JP", "JP-13", "Tokyo", 35.68, 139.69, "Asia/Tokyo", 0.06, 0.3),
    Region("JP", "JP-27", "Osaka", 34.69, 135.50, "Asia/Tokyo", 0.03, 0.3),
    Region("ZA", "ZA-GP", "Johannesburg", -26.20, 28.05, "Africa/Johannesburg", 0.03, 0.9),
)
COUNTRIES = tuple(dict.fromkeys(region.country for region in REGIONS))
COUNTRY_OF_REGION = tuple(COUNTRIES.index(region.country) for region in REGIONS)

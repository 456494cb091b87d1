import pytest

from jobs.importers.netflix_devices import device_type


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Samsung CE 2019 Muse-L UHD TV Smart TV", "tv"),
        ("Roku Longview HDR10 Smart TV", "tv"),
        ("LG 2018 webOS Smart TV", "tv"),
        ("Apple TV 4th Gen", "stick"),
        ("Google Chromecast V3 Streaming Stick", "stick"),
        ("Amazon Fire TV Stick 4K", "stick"),
        ("Sony PS4", "console"),
        ("Microsoft Xbox One", "console"),
        ("Apple iPad Pro 11 in 3rd Gen (Wi-Fi/Cell) iPad", "tablet"),
        ("Apple iPhone 14 Pro iPhone", "phone"),
        ("DefaultWidevineAndroidPhone", "phone"),
        ("Chrome PC (Cadmium)", "browser"),
        ("Netflix Chrome MAC (Cadmium) HTML 5", "browser"),
        ("Netflix Opera Other", "browser"),
        ("", "other"),
        ("Something New", "other"),
    ],
)
def test_the_name_says_the_kind(name: str, expected: str) -> None:
    assert device_type(name) == expected

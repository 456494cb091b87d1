"""What a subscription costs, a month, in the money of the country."""

PLANS = ("with_ads", "standard", "premium")
PLAN_SHARES = (0.38, 0.40, 0.22)

CURRENCIES = {
    "US": "USD",
    "GB": "GBP",
    "DE": "EUR",
    "FR": "EUR",
    "BR": "BRL",
    "IN": "INR",
    "JP": "JPY",
    "ZA": "ZAR",
}
# Ordered as PLANS; of the size that streaming services charged in these countries in 2025.
PRICES = {
    "US": (7.99, 17.99, 24.99),
    "GB": (5.99, 12.99, 18.99),
    "DE": (4.99, 13.99, 19.99),
    "FR": (5.99, 14.99, 21.99),
    "BR": (20.90, 44.90, 59.90),
    "IN": (149.0, 499.0, 649.0),
    "JP": (890.0, 1590.0, 2290.0),
    "ZA": (99.0, 159.0, 229.0),
}

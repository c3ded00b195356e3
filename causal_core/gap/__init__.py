"""The gap between predicting and intervening: ranking people by risk against ranking them by effect."""

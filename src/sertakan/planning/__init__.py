"""Targets, plans and forecasts: whom to protect where, from which money, at the rates in force."""

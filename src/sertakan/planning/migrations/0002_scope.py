"""Plans, targets and forecasts are totals of the province: seen by who sees all. Targets and forecasts are only added to."""

from django.db import migrations

from sertakan.core.rls import AppendOnly, EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("core", "0002_scope")]

    operations = [
        EnableRowSecurity("planning_plan", using="false"),
        EnableRowSecurity("planning_planevent", using="false"),
        EnableRowSecurity("planning_target", using="false"),
        EnableRowSecurity("planning_forecast", using="false"),
        AppendOnly("planning_target"),
        AppendOnly("planning_forecast"),
    ]

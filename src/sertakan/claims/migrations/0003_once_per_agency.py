"""A case is once per event in an agency: one that another agency keeps neither hinders nor is told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_scope")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="case_once_per_event"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=["person", "agency", "kind", "event_on"],
                condition=~models.Q(state="closed"),
                name="case_once_per_event",
            ),
        ),
    ]

"""A proof of payment that was taken back in the ledger may be entered anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0008_lines_of_merged")]

    operations = [
        migrations.RemoveConstraint(model_name="slip", name="slip_once"),
        migrations.AddField(model_name="slip", name="entry", field=models.PositiveSmallIntegerField(default=1)),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(fields=["agency", "reference", "paid_on", "amount", "entry"], name="slip_once"),
        ),
    ]

"""References of sponsorships, checked a statement at a time."""

from django.db import migrations

from sertakan.core.rls import CheckReferences, KeepRows


class Migration(migrations.Migration):
    dependencies = [
        ("sponsorship", "0005_bulk"),
        ("intake", "0004_references"),
        ("classification", "0001_initial"),
    ]

    operations = [
        KeepRows("classification_occupation"),
        KeepRows("sponsorship_donor"),
        KeepRows("sponsorship_sponsorship"),
        CheckReferences(
            "sponsorship_sponsorship",
            {
                "agency_id": ("agencies_agency", "id"),
                "person_id": ("people_person", "id"),
                "donor_id": ("sponsorship_donor", "id"),
                "row_id": ("intake_row", "id"),
                "continues_id": ("sponsorship_sponsorship", "id"),
                "occupation_id": ("classification_occupation", "code"),
                "second_occupation_id": ("classification_occupation", "code"),
                "work_area_id": ("areas_area", "id"),
            },
        ),
    ]

"""References of the tables that are written in bulk, checked a statement at a time."""

from django.db import migrations

from sertakan.core.rls import CheckReferences, KeepRows

PERSON = ("people_person", "id")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_bulk"), ("areas", "0001_initial"), ("agencies", "0001_initial")]

    operations = [
        KeepRows("areas_area"),
        KeepRows("agencies_agency"),
        KeepRows("people_person"),
        CheckReferences("people_person", {"area_id": ("areas_area", "id")}),
        CheckReferences("people_identifier", {"person_id": PERSON}),
        CheckReferences("people_consent", {"person_id": PERSON}),
        CheckReferences("people_personagency", {"person_id": PERSON, "agency_id": ("agencies_agency", "id")}),
    ]

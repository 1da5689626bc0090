"""Beginning a programme, its road, places, groups and staff."""

import pytest
from django.core.exceptions import ValidationError

from jukwaa.programmes import actions, queries
from jukwaa.programmes.models import Account, Member, Programme, Role, Stage
from jukwaa.programmes.orders import TEMPLATES
from tests import make

pytestmark = pytest.mark.django_db


def test_who_begins_a_programme_coordinates_it():
    founder = make.account("asha", founder=True)

    programme = actions.begin_programme(
        title="Geita gold", country="Tanzania", template="tanzania", by=founder
    )

    [member] = queries.programmes_of(founder)
    assert (member.programme, member.role, member.name) == (programme, Role.COORDINATOR, "asha")
    assert programme.slug == "geita-gold"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_programme_begins_with_the_stages_of_its_template_in_order(template):
    programme = make.programme(template=template)

    expected = [(kind, str(title)) for kind, title in TEMPLATES[template].stages]
    assert list(queries.stages(programme).values_list("kind", "title")) == expected


def test_ghana_held_its_thematic_sessions_after_the_dialogue_and_tanzania_before():
    def places(template):
        kinds = [kind for kind, _title in TEMPLATES[template].stages]
        return kinds.index("thematic"), kinds.index("dialogue")

    ghana, tanzania = places("ghana"), places("tanzania")

    assert ghana[0] > ghana[1]
    assert tanzania[0] < tanzania[1]


def test_two_programmes_cannot_share_a_short_name():
    make.programme(slug="geita")

    with pytest.raises(actions.SlugTaken, match="geita"):
        make.programme(slug="geita")


def test_an_import_begins_a_programme_without_staff():
    programme = make.programme()

    assert not Member.objects.filter(programme=programme).exists()


# ---- stages ----------------------------------------------------------------------------------------------


def test_a_stage_moves_before_its_neighbour_and_back():
    programme = make.programme()
    _first, _second, third = (make.stage(programme, title=t) for t in ("One", "Two", "Three"))

    actions.move_stage(stage=third, earlier=True, by=None)
    assert titles(programme) == ["One", "Three", "Two"]

    actions.move_stage(stage=third, earlier=False, by=None)
    actions.move_stage(stage=third, earlier=False, by=None)
    assert titles(programme) == ["One", "Two", "Three"]


def test_a_stage_taken_off_the_road_can_be_put_back_where_it_stood():
    programme = make.programme()
    _first, second, _third = (make.stage(programme, title=t) for t in ("One", "Two", "Three"))

    actions.remove_stage(stage=second, by=None)
    assert titles(programme) == ["One", "Three"]

    actions.restore_stage(stage=second, by=None)
    assert titles(programme) == ["One", "Two", "Three"]


def test_a_done_stage_is_a_past_station_that_says_what_came_of_it():
    programme = make.programme()
    stage = make.stage(programme)

    actions.mark_stage(stage=stage, state=Stage.State.DONE, note="Forty people met.", by=None)

    [station] = queries.stations(programme)
    assert (station.state, station.sentence) == ("past", "Forty people met.")


def test_a_stage_cannot_end_before_it_starts():
    programme = make.programme()

    with pytest.raises(ValueError, match="ends on the day it starts"):
        actions.add_stage(
            programme=programme,
            kind="dialogue",
            title="D",
            starts_on="2026-02-02",
            ends_on="2026-02-01",
            by=None,
        )


def titles(programme: Programme) -> list[str]:
    return list(queries.stages(programme).values_list("title", flat=True))


# ---- places, groups, organisations -----------------------------------------------------------------------


def test_a_place_lies_in_a_larger_one():
    programme = make.programme()
    region = make.place(programme, name="Geita", level="region")
    site = make.place(programme, name="Nyarugusu", level="site", parent=region)

    [root] = queries.place_tree(programme)

    assert (root.place, [b.place for b in root.parts]) == (region, [site])
    assert queries.within(region) == {region.pk, site.pk}
    with pytest.raises(ValueError, match="cannot lie in"):
        make.place(programme, name="Lake zone", level="region", parent=site)


def test_a_place_where_somebody_lives_is_not_taken_away():
    programme = make.programme()
    place = make.place(programme)
    ann = make.participant(programme, place=place)

    with pytest.raises(actions.InUse, match="Nyarugusu"):
        actions.remove_place(place=place, by=None)

    actions.forget_participant(participant=ann, by=None)
    actions.remove_place(place=place, by=None)
    assert not queries.places(programme).exists()


def test_a_group_keeps_its_place_among_the_groups_and_stays_while_anybody_belongs_to_it():
    programme = make.programme()
    panners, owners = (
        make.constituency(programme, name="Panners"),
        make.constituency(programme, name="Owners"),
    )
    make.participant(programme, constituency=panners)

    actions.move_constituency(constituency=owners, earlier=True, by=None)

    assert [g.name for g in queries.constituencies(programme)] == ["Owners", "Panners"]
    with pytest.raises(actions.InUse):
        actions.remove_constituency(constituency=panners, by=None)
    actions.remove_constituency(constituency=owners, by=None)
    assert [g.name for g in queries.constituencies(programme)] == ["Panners"]


def test_an_organisation_is_renamed_and_taken_away():
    programme = make.programme()
    office = make.organisation(programme)

    actions.change_organisation(organisation=office, name="Geita town", constituency=None, by=None)
    assert [o.name for o in queries.organisations(programme)] == ["Geita town"]

    actions.remove_organisation(organisation=office, by=None)
    assert not queries.organisations(programme).exists()


# ---- staff -----------------------------------------------------------------------------------------------


def test_a_member_is_invited_with_a_login_that_nobody_has():
    programme = make.programme()
    said = {
        "programme": programme,
        "password": make.PASSWORD,
        "name": "Flo",
        "role": "facilitator",
        "by": None,
    }

    flo = actions.invite_member(login="flo", **said)

    assert Account.objects.get(login="flo").check_password(make.PASSWORD)
    assert [m.login for m in queries.staff(programme)] == ["flo"]
    assert flo.role == Role.FACILITATOR
    with pytest.raises(actions.LoginTaken):
        actions.invite_member(login="Flo", **said)


def test_a_password_that_is_easily_guessed_is_refused():
    with pytest.raises(ValidationError):
        actions.create_account(login="flo", password="password123")

    assert not Account.objects.exists()


def test_the_last_coordinator_stays():
    first = make.member(role=Role.COORDINATOR)

    with pytest.raises(actions.LastCoordinator):
        actions.change_role(member=first, role=Role.OBSERVER, by=None)
    with pytest.raises(actions.LastCoordinator):
        actions.remove_member(member=first, by=None)

    make.member(first.programme, role=Role.COORDINATOR)
    actions.remove_member(member=first, by=None)
    assert len(queries.staff(first.programme)) == 1


def test_a_member_who_left_comes_back_as_the_same_member():
    make_sure = make.member(role=Role.COORDINATOR)
    flo = make.member(make_sure.programme)
    actions.remove_member(member=flo, by=None)

    again = actions.add_member(
        programme=flo.programme, account=Account.objects.get(pk=flo.account), role="researcher", by=None
    )

    assert again.pk == flo.pk
    assert again.role == Role.RESEARCHER

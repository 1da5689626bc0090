"""A row drafted together: what each side owes, who spoke, comments, undoing, versions, goals."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone, translation

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.agenda import queries as room
from jukwaa.agenda.actions import Refused, RowAdopted
from jukwaa.agenda.drafting import actions, catalogues, queries
from jukwaa.agenda.models import Comment, Endorsement, RoadmapRow, Spokesperson
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.queries import constituencies
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> RoadmapRow:
    return make.row()


@pytest.fixture
def panners(row):
    return constituencies(row.programme).get()


# ---- a row as data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"baseline": "5", "target": "2"}, r"Today's value \(5\) is above the target"),
        ({"baseline": "2", "target": "5", "direction": "fall"}, r"Today's value \(2\) is below the target"),
        ({"starts_on": date(2027, 1, 1), "first_step_on": date(2027, 2, 1)}, "by 31 January 2027"),
        ({"starts_on": date(2027, 1, 2), "first_step_on": date(2027, 1, 1)}, "between the start"),
        ({"first_step_on": date(2027, 6, 2)}, "between the start"),
        ({"direction": "sideways"}, "sideways"),
    ],
)
def test_figures_and_days_that_cannot_be_are_refused_in_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        make.row(**wrong)


def test_an_indicator_may_rise_fall_or_keep_its_value():
    for said in (("0", "2", "rise"), ("11", "0", "fall"), ("0.5", "0.5", "rise"), ("not known", "2", "rise")):
        make.row(**dict(zip(("baseline", "target", "direction"), said, strict=True)))

    assert RoadmapRow.objects.count() == 4


# ---- what each side owes ---------------------------------------------------------------------------------


def test_what_we_get_and_what_we_owe_follow_from_the_lines(row, panners):
    chiefs = make.constituency(row.programme, name="Chiefs")
    union = make.organisation(row.programme, name="Union")
    programmes.change_organisation(organisation=union, name="Union", constituency=panners, by=None)
    office = row.owner_organisation
    got = actions.owe(row=row, debtor=office, creditor=panners, what="Repairs the pump", by=None)
    owed = actions.owe(row=row, debtor=union, creditor=chiefs, what="Keeps the key", by=None)
    shared = actions.owe(row=row, debtor=office, creditor=None, what="Tells on the radio", by=None)

    [mine] = room.sheet(panners, [row]).gets
    assert (mine.gets, mine.owes, mine.shared) == ((got,), (owed,), (shared,))
    assert room.owed(panners) == (1, 1)
    assert room.owed(chiefs) == (1, 0)
    assert room.sheet(chiefs, [row]).owes == ()


def test_what_a_group_gets_or_owes_stands_before_what_others_do(row, panners):
    problem = row.problem
    office, union = (make.organisation(problem.programme, name=name) for name in ("Office", "Union"))
    programmes.change_organisation(organisation=union, name="Union", constituency=panners, by=None)
    beside = make.row(problem, action="A", owner_organisation=office)
    got, owed, shared = (make.row(problem, action=word, owner_organisation=office) for word in "BCD")
    leads = make.row(problem, action="E", owner_organisation=union)
    actions.owe(row=got, debtor=office, creditor=panners, what="Repairs the pump", by=None)
    actions.owe(row=owed, debtor=union, creditor=office, what="Keeps the key", by=None)
    actions.owe(row=shared, debtor=office, creditor=None, what="Tells on the radio", by=None)

    assert list(room.rows_for(panners)) == [got, owed, shared, leads, beside, row]


def test_a_new_line_asks_the_groups_again(row, panners):
    make.endorsed(row)
    line = actions.owe(row=row, debtor=panners, creditor=None, what="Keeps the key", by=None)
    assert room.standing_of(row).missing == (panners,)

    make.endorsed(row)
    actions.change_obligation(obligation=line, debtor=panners, creditor=None, what="Keeps the key", by=None)
    assert room.standing_of(row).missing == (), "said as before, it changed nothing"
    actions.remove_obligation(obligation=line, by=None)
    assert room.standing_of(row).missing == (panners,)


def test_a_line_that_cannot_be_is_refused_in_a_sentence(row, panners):
    elsewhere = make.organisation(make.programme())
    for debtor, creditor, what, sentence in (
        (panners, panners, "Water", "cannot owe it to itself"),
        (panners, None, " ", "Write what is owed"),
        (elsewhere, panners, "Water", "another programme"),
    ):
        with pytest.raises(ValueError, match=sentence):
            actions.owe(row=row, debtor=debtor, creditor=creditor, what=what, by=None)
    make.adopted(row)
    with pytest.raises(RowAdopted):
        actions.owe(row=row, debtor=panners, creditor=None, what="Water", by=None)


# ---- who spoke -------------------------------------------------------------------------------------------


def test_who_made_a_reservation_stays_on_record_and_the_name_can_be_forgotten(row, panners):
    chair = actions.speak_for(constituency=panners, office="Chair", name="Asha", named=True, by=None)
    assert actions.speak_for(constituency=panners, office="Chair", name="Asha", named=True, by=None) == chair
    said = {"constituency": panners, "gradient": Gradient.RESERVED, "reservation": "By day.", "by": None}
    agenda.endorse(row=row, spokesperson=chair, **said)
    assert room.standing_of(row).stands[0].said.spokesperson.public_name == "Asha, Chair"

    actions.forget_spokesperson(spokesperson=chair, by=None)

    kept = Spokesperson.objects.get()
    assert (kept.name, kept.office, kept.public_name) == ("", "Chair", "Chair")
    assert Endorsement.objects.get().reservation == "By day."
    assert not any("Asha" in (event.personal or "") + event.plain for event in record.history(kept))


def test_without_consent_only_the_office_is_read_by_everybody(panners):
    chair = actions.speak_for(constituency=panners, office="Chair", name="Asha", by=None)

    assert chair.public_name == "Chair"


def test_nobody_speaks_for_another_group(row):
    other = make.constituency(row.programme)
    chair = actions.speak_for(constituency=other, office="Chair", by=None)

    with pytest.raises(ValueError, match="speaks for another group"):
        agenda.endorse(
            row=row,
            constituency=constituencies(row.programme).exclude(pk=other.pk).get(),
            gradient=1,
            spokesperson=chair,
            by=None,
        )


# ---- comments, history, undoing --------------------------------------------------------------------------


def test_a_comment_is_resolved_with_what_was_done_and_opened_again(row, panners):
    said = actions.comment(row=row, text="Who repairs it?", constituency=panners, by=None)
    assert queries.open_comments(row) == 1

    with pytest.raises(ValueError, match="Say what was done"):
        actions.resolve_comment(comment=said, resolution=" ", by=None)
    actions.resolve_comment(comment=said, resolution="The office does.", by=None)
    assert (queries.open_comments(row), said.resolved_on) == (0, timezone.localdate())

    actions.reopen_comment(comment=said, by=None)
    assert queries.open_comments(row) == 1


def test_a_participants_comment_stands_under_their_group_and_goes_with_them(row, panners):
    ann = make.participant(row.programme, constituency=panners)
    actions.comment(row=row, text="My shaft floods.", participant=ann, by=ann)
    assert queries.comments(row).get().constituency == panners

    record.withdraw(ann.pk, by=None, programme=row.programme)

    assert not queries.comments(row)
    assert Comment.objects.get().text == ""


def test_a_participants_comment_sent_twice_is_one(row, panners):
    ann = make.participant(row.programme, constituency=panners)

    for _press in "12":
        actions.comment(row=row, text="My shaft floods.", participant=ann, by=ann)

    assert queries.open_comments(row) == 1


def test_the_history_tells_who_changed_what_from_what_to_what(row):
    flo = make.member(row.programme, name="Flo")
    agenda.change_row(row=row, action="Put up two pumps", due_on=date(2027, 7, 1), by=flo)

    newest = room.history_of(row)[0]

    assert (newest.by, newest.on, newest.undoable) == ("Flo", timezone.localdate(), True)
    assert [(field.was, field.now) for field in newest.said] == [
        ("Put up a pump", "Put up two pumps"),
        ("1 June 2027", "1 July 2027"),
    ]


def test_a_change_is_undone_and_the_undoing_too(row):
    agenda.change_row(row=row, action="Put up two pumps", by=None)
    agenda.change_row(row=row, theme="Rain", first_step_on=date(2027, 5, 1), by=None)
    [last, first] = [change.event for change in room.history_of(row)[:2]]

    actions.undo_change(row=row, event=first, by=None)
    actions.undo_change(row=row, event=last, by=None)
    row.refresh_from_db()
    assert (row.action, row.theme, row.first_step_on) == ("Put up a pump", "Water", None)

    actions.undo_change(row=row, event=room.history_of(row)[0].event, by=None)
    row.refresh_from_db()
    assert (row.theme, row.first_step_on) == ("Rain", date(2027, 5, 1))


def test_what_was_said_anew_since_is_not_undone(row):
    agenda.change_row(row=row, action="Put up two pumps", by=None)
    event = room.history_of(row)[0].event
    agenda.change_row(row=row, action="Put up three pumps", by=None)

    with pytest.raises(actions.SaidAnew, match="said anew since"):
        actions.undo_change(row=row, event=event, by=None)
    with pytest.raises(actions.SaidAnew):
        actions.undo_change(row=row, event=record.history(row)[0].pk, by=None)
    row.refresh_from_db()
    assert row.action == "Put up three pumps"


# ---- versions --------------------------------------------------------------------------------------------


def test_a_version_is_numbered_fingerprinted_and_stays_as_it_was(row):
    first = actions.freeze_roadmap(programme=row.programme, title="For all", by=None)
    agenda.change_row(row=row, action="Put up two pumps", by=None)
    second = actions.freeze_roadmap(programme=row.programme, title="For the minister", by=None)

    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert queries.frozen_rows(first.content)[0].action == "Put up a pump"
    file = queries.file_of(first.content)
    assert hashlib.sha256(file.encode()).hexdigest() == first.digest != second.digest
    assert queries.is_sound(first)
    first.content["rows"][0]["target"] = "1000"
    assert not queries.is_sound(first)


def test_a_version_holds_what_everybody_may_see_and_no_name(row, panners):
    make.row(row.problem, action="Hidden", public=False)
    chair = actions.speak_for(constituency=panners, office="Chair", name="Asha", named=True, by=None)
    said = {"gradient": Gradient.RESERVED, "reservation": "By day.", "spokesperson": chair}
    agenda.endorse(row=row, constituency=panners, by=None, **said)

    file = queries.file_of(actions.freeze_roadmap(programme=row.programme, title="All", by=None).content)

    assert "By day." in file
    assert "Chair" in file
    assert "Asha" not in file
    assert "Hidden" not in file


def test_nothing_is_frozen_where_there_is_nothing_new(row):
    with pytest.raises(actions.NothingNew, match="no row"):
        actions.freeze_roadmap(programme=make.programme(), title="All", by=None)
    with pytest.raises(ValueError, match="what this version is for"):
        actions.freeze_roadmap(programme=row.programme, title=" ", by=None)
    actions.freeze_roadmap(programme=row.programme, title="All", by=None)
    with pytest.raises(actions.NothingNew, match="since version 1"):
        actions.freeze_roadmap(programme=row.programme, title="All again", by=None)


def test_two_versions_are_compared_row_by_row_and_field_by_field(row, panners):
    gone = make.row(row.problem, action="Lend retorts")
    same = make.row(row.problem, action="Dig a well")
    first = actions.freeze_roadmap(programme=row.programme, title="First", by=None)
    agenda.remove_row(row=gone, by=None)
    make.row(row.problem, action="Plant trees")
    agenda.change_row(row=row, target="4", unit="pumps", by=None)
    actions.owe(row=row, debtor=panners, creditor=None, what="Keeps the key", by=None)
    agenda.endorse(row=row, constituency=panners, gradient=Gradient.FULL, by=None)

    found = queries.compare(first.content, queries.content_of(row.programme))

    assert [one.action for one in found.added] == ["Plant trees"]
    assert [one.action for one in found.removed] == ["Lend retorts"]
    assert found.same == 1, same
    [changed] = found.changed
    told = {field.name: (field.was, field.now) for field in changed.fields}
    assert told["target"] == ("", "4")
    assert told["what each side owes"] == ("", f"{panners} to everybody whom it concerns: Keeps the key")
    assert told[str(panners)] == ("not heard yet", "full support")
    assert not queries.compare(first.content, first.content).any


def test_a_version_taken_from_sight_keeps_its_number(row):
    first = actions.freeze_roadmap(programme=row.programme, title="First", by=None)
    actions.remove_version(version=first, by=None)
    assert not queries.versions(row.programme)

    second = actions.freeze_roadmap(programme=row.programme, title="Second", by=None)
    actions.restore_version(version=first, by=None)

    assert [one.number for one in queries.versions(row.programme)] == [2, 1]
    assert second.number == 2


# ---- goals -----------------------------------------------------------------------------------------------


def test_every_target_that_an_indicator_names_comes_along():
    assert {entry.code for entry in catalogues.shipped()} == {
        *("1.3", "1.4", "5.5", "6.2", "6.3", "8.3", "8.5", "8.7", "8.8", "8.10", "9.3"),
        *("15.1", "15.3", "16.6", "16.7", "17.14", "17.17"),
    }


@pytest.mark.parametrize("language", ["sw", "fr"])
def test_each_target_that_comes_along_is_in_the_readers_language(language):
    english = {entry.code: entry.title for entry in catalogues.shipped()}

    with translation.override(language):
        titles = {entry.code: entry.title for entry in catalogues.shipped()}

    assert titles.keys() == english.keys()
    assert not {code for code, title in titles.items() if title == english[code]}


def test_a_row_names_goals_of_any_catalogue_and_each_goal_tells_its_rows(row):
    actions.add_goal(programme=row.programme, catalogue="Plan", code="3", title="Water for all", by=None)
    for catalogue, code in (("SDG", "8.10"), ("SDG", "8.3"), ("Plan", "3")):
        actions.align(row=row, catalogue=catalogue, code=code, by=None)

    told = queries.coverage(row.programme, public=True)

    assert str(told[0].entry) == "Plan 3: Water for all"
    assert [one.entry.code for one in told] == ["3", "8.3", "8.10"]
    assert told[0].rows == (row,)
    with pytest.raises(actions.ServedAlready):
        actions.align(row=row, catalogue="Plan", code="3", by=None)
    with pytest.raises(ValueError, match="none of the catalogues"):
        actions.align(row=row, catalogue="SDG", code="99", by=None)


def test_a_goal_that_a_row_names_stays_until_no_row_does(row):
    goal = actions.add_goal(programme=row.programme, catalogue="Plan", code="3", title="Water", by=None)
    named = actions.align(row=row, catalogue="Plan", code="3", by=None)

    with pytest.raises(Refused, match="names this goal"):
        actions.remove_goal(goal=goal, by=None)
    actions.remove_alignment(alignment=named, by=None)
    actions.remove_goal(goal=goal, by=None)
    assert catalogues.own(row.programme) == []


def test_a_list_goes_out_and_comes_back_in_the_same():
    here, there = make.programme(), make.programme()
    actions.add_goal(programme=here, catalogue="Plan", code="3", title='=Water, "for all"', by=None)
    file = catalogues.written([each for each in catalogues.entries(here) if each.catalogue == "Plan"])

    assert actions.import_goals(programme=there, entries=catalogues.read(file), by=None) == 1
    assert [goal.title for goal in catalogues.own(there)] == ['=Water, "for all"']

    again = file.replace("for all", "for some")
    assert actions.import_goals(programme=there, entries=catalogues.read(again), by=None) == 0
    assert [goal.title for goal in catalogues.own(there)] == ['=Water, "for some"']


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("a,b\n1,2\n", "names its columns"),
        ("catalogue,code,title\n", "no entries"),
        ("catalogue,code,title\nPlan,1,Water\nPlan,,Land\n", "Line 3: An entry has"),
        ("catalogue,code,title\nPlan,1,Water\nPlan,1,Land\n", "Line 3: Plan 1 stands in the list twice"),
        ("catalogue,code,title\nPlan,1," + "x" * 500, "at most 60 letters"),
    ],
)
def test_a_list_that_cannot_be_read_says_which_line_is_wrong(file, sentence):
    with pytest.raises(ValueError, match=sentence):
        catalogues.read(file)


def test_a_list_that_says_what_jukwaa_brings_along_is_refused_whole():
    programme = make.programme()
    entries = catalogues.read("catalogue,code,title\nPlan,1,Water\nSDG,8.3,Mine\n")

    with pytest.raises(ValueError, match="comes with Jukwaa"):
        actions.import_goals(programme=programme, entries=entries, by=None)
    assert catalogues.own(programme) == []

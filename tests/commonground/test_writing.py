"""What is written is read back the same, in every form; nothing is lost on the way."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import Conversation, Refused, Statement, VoteEvent, read_conversation, write_conversation
from commonground._reading import in_order, natural

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20).map(str.strip)
ids = (
    st.one_of(st.integers(0, 30).map(str), st.text("abc é", min_size=1, max_size=3))
    .map(str.strip)
    .filter(bool)
)
times = st.integers(10**12, 2 * 10**12)


@st.composite
def conversations(draw, *, timed: bool) -> Conversation:
    names = sorted(draw(st.sets(ids, min_size=1, max_size=6)), key=natural)
    statements = tuple(
        Statement(
            name,
            draw(texts),
            author=draw(st.none() | ids),
            moderated=draw(st.sampled_from([-1, 0, 1])),
            created=draw(st.none() | times),
            meta=draw(st.booleans()),
        )
        for name in names
    )
    vote = st.tuples(
        times if timed else st.none(),
        ids,
        st.sampled_from(names),
        st.sampled_from([-1, 0, 1]),
        st.none() | st.floats(0, 1, exclude_min=True),
    )
    said = [VoteEvent(*each) for each in draw(st.lists(vote, max_size=20))]
    if not timed:
        said = list({event[1:3]: event for event in said}.values())
    people = sorted({event.participant for event in said})

    def of_some(values):
        return draw(st.dictionaries(st.sampled_from(people), values)) if people else {}

    return Conversation(
        topic=draw(texts.filter(bool)),
        description=draw(texts),
        url=draw(texts),
        statements=statements,
        votes=in_order(said),
        constituencies=of_some(ids),
        genders=of_some(st.sampled_from(["woman", "man", "x y"])),
        weights=of_some(st.floats(0, 1e9, exclude_min=True)),
    )


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("name", ["export", "all.json"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_everything_is_read_back(tmp_path_factory, name, timed, data):
    said = data.draw(conversations(timed=timed))
    place = tmp_path_factory.mktemp("written") / name

    write_conversation(said, place)

    assert read_conversation(place) == said


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("name", ["votes.csv", "votes.parquet"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_plain_tables_keep_votes_and_what_it_says_of_voters(tmp_path_factory, name, timed, data):
    said = data.draw(conversations(timed=timed))
    file = tmp_path_factory.mktemp("written") / name

    write_conversation(said, file)
    back = read_conversation(file)

    assert back.votes == said.votes
    assert back.constituencies == said.constituencies
    assert back.genders == said.genders
    assert back.weights == said.weights


def test_the_known_conversations_go_out_and_come_back(shared_data, tmp_path):
    for folder in sorted((shared_data / "opendata").iterdir()):
        said = read_conversation(folder)
        for name in (folder.name, f"{folder.name}.json"):
            write_conversation(said, tmp_path / name)
            assert read_conversation(tmp_path / name) == said


def test_an_export_says_what_polis_says_of_itself(shared_data, tmp_path):
    folder = shared_data / "opendata" / "vtaiwan.uberx"
    write_conversation(read_conversation(folder), tmp_path / "out")

    def column(file, name):
        with file.open(encoding="utf-8", newline="") as stream:
            return {row["comment-id"]: row[name] for row in csv.DictReader(stream)}

    for name in ("agrees", "disagrees", "moderated", "author-id", "timestamp"):
        assert column(tmp_path / "out" / "comments.csv", name) == column(folder / "comments.csv", name)


def test_groups_are_told_by_statement(tmp_path):
    votes = tuple(VoteEvent(10**12 + n, f"p{n}", "s", 1 if n < 3 else -1) for n in range(5))
    said = Conversation("t", "", "", (Statement("s", "Water"),), votes)
    write_conversation(said, tmp_path / "out", groups={"p0": "A", "p1": "A", "p3": "B"})

    with (tmp_path / "out" / "comment-groups.csv").open(newline="") as stream:
        [row] = csv.DictReader(stream)
    assert [row[name] for name in ("total-votes", "total-agrees", "total-disagrees")] == ["5", "3", "2"]
    assert [row[f"group-a-{name}"] for name in ("votes", "agrees", "disagrees")] == ["2", "2", "0"]
    assert [row[f"group-b-{name}"] for name in ("votes", "agrees", "disagrees")] == ["1", "0", "1"]


def test_a_folder_with_files_is_not_written_over(tmp_path):
    (tmp_path / "votes.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="name a new folder"):
        write_conversation(Conversation("t", "", "", (), ()), tmp_path)


def test_votes_with_and_without_time_do_not_mix(tmp_path):
    votes = (VoteEvent(None, "a", "s", 1), VoteEvent(10**12, "b", "s", 1))
    with pytest.raises(ValueError, match="some votes have a time and others have none"):
        write_conversation(Conversation("t", "", "", (Statement("s", ""),), votes), tmp_path / "x.json")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{", "the file is not JSON in UTF-8"),
        ("[]", "the file does not say that it is commonground/1"),
        ('{"format": "commonground/1"}', "something is missing or too much ('topic')"),
        (
            (
                '{"format": "commonground/1", "topic": "", "description": "", "url": "",'
                ' "constituencies": {}, "statements": [{"id": "s", "text": ""}],'
                ' "votes": [[null, "p", "s", 7]]}'
            ),
            "vote number 1 is 7, which is not a vote",
        ),
        (
            (
                '{"format": "commonground/1", "topic": "", "description": "", "url": "",'
                ' "constituencies": {}, "statements": [], "votes": [[null, "p", "s", 1]]}'
            ),
            "vote number 1 is on 's', which is no statement of this file",
        ),
    ],
)
def test_json_that_does_not_fit_is_refused(tmp_path, text, wrong):
    file = tmp_path / "all.json"
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        read_conversation(file)

    assert [fault.wrong for fault in refused.value.faults] == [wrong]

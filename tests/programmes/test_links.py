"""A personal link opens one row of one kind, for a time, as long as its generation counts."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import override_settings

from jukwaa.programmes import links

ROW = uuid.UUID("4e5d1cbe-3b5c-4b6e-9d3e-0a4a8f1f6f10")


def test_a_link_says_which_row_it_opens_and_in_which_generation_it_was_given():
    token = links.token("nominee", ROW, 3)

    assert links.read("nominee", token) == (ROW, 3)


def test_a_link_of_one_kind_opens_nothing_of_another():
    token = links.token("nominee", ROW, 1)

    with pytest.raises(links.BadLink):
        links.read("meeting", token)


@pytest.mark.parametrize("broken", ["", "x", "4e5d1cbe:1:abc", "ünïcode"])
def test_what_was_never_signed_opens_nothing(broken):
    with pytest.raises(links.BadLink):
        links.read("nominee", broken)


def test_a_link_cut_short_by_a_phone_opens_nothing():
    token = links.token("nominee", ROW, 1)

    with pytest.raises(links.BadLink):
        links.read("nominee", token[:-1])


def test_a_link_older_than_it_lasts_opens_nothing():
    token = links.token("nominee", ROW, 1)

    with pytest.raises(links.BadLink):
        links.read("nominee", token, lasts=timedelta(seconds=-1))


def test_another_nodes_key_signs_other_links():
    with override_settings(SECRET_KEY="another node"):
        token = links.token("nominee", ROW, 1)

    with pytest.raises(links.BadLink):
        links.read("nominee", token)

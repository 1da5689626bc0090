"""The same programme with a whole road behind it that the stories room is tested with."""

from tests.stories.conftest import programme, road, teller

__all__ = ["programme", "road", "teller"]

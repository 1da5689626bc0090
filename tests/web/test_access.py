"""Who may open which page: every address of the site has a rule, and it holds for every kind of visitor.

A new address without a rule fails here. What somebody may not open they may not post to either, and whatever
anybody opens by GET leaves the record as it was.
"""

import io
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from PIL import Image

from jukwaa.agenda import actions as agenda
from jukwaa.agenda.drafting import actions as drafting
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries as elections
from jukwaa.delivery import actions as delivery
from jukwaa.delivery import links
from jukwaa.delivery.harvest import actions as harvest
from jukwaa.delivery.meetings import actions as of_meetings
from jukwaa.delivery.meetings import doors
from jukwaa.delivery.promises import actions as promises
from jukwaa.delivery.promises import links as office_links
from jukwaa.delivery.promises.queries import office_of
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.door import actions as door
from jukwaa.dialogue.hall import actions as in_the_hall
from jukwaa.dialogue.minutes import actions as after
from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.phone import actions as phone
from jukwaa.dialogue.queries import HandCount
from jukwaa.dialogue.steering import actions as steering
from jukwaa.dialogue.wall import links as wall_links
from jukwaa.field import actions as field
from jukwaa.field.coding import actions as coding
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect.xlsform import read_sheet, ready_forms
from jukwaa.field.contacts import actions as contacts
from jukwaa.field.media import Photo, read_photo, read_recording
from jukwaa.field.plain import actions as plain
from jukwaa.field.scoping import actions as scoping
from jukwaa.field.visits import actions as visits
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import links as personal_links
from jukwaa.programmes import selection
from jukwaa.programmes.access import ROLES, Permission
from jukwaa.programmes.models import Audience, Participant, Purpose, Role
from jukwaa.programmes.post import letter
from jukwaa.record.models import Event
from jukwaa.stories import actions as stories
from jukwaa.stories.answering import actions as answering
from jukwaa.stories.answering import links as answer_links
from jukwaa.stories.answering.queries import whole_of
from jukwaa.stories.choosing import actions as choosing
from jukwaa.stories.returning import actions as returning
from tests import make
from tests.field import sheets
from tests.stories.conftest import walked
from tests.web.conftest import Kept

P = Permission

# Everybody, whoever they are.
ANYBODY = "anybody"
# Everybody when the programme is shown to the public, else only its staff and participants.
PROGRAMME = "programme"
# Whoever showed a card of this programme on this phone; everybody else is asked for one.
CARD = "card"
# Whoever is logged in.
LOGIN = "login"
# Whoever is logged in and may begin programmes.
FOUNDER = "founder"
# A program that proves who it is in each request: any browser is answered 401.
DIGEST = "digest"

RULES: dict[str, list[str]] = {
    ANYBODY: [
        "set_language",
        "web:home",
        "web:trace",
        # Whoever opened an answer within the hour: `address` has its token.
        "web:answer_sound",
        "web:feed",
        "programmes:login",
        "programmes:logout",
        "programmes:join",
        "programmes:short",
        "programmes:leave",
        # Whoever has a card or a slip, which is typed there.
        "leaving:ask",
        "programmes:scan",
        # On a shared tablet they ask for a card; anywhere else they say that it is none.
        "dialogue:kiosk",
        "dialogue:kiosk_vote",
        "dialogue:end_kiosk",
        # Whoever has the owner's link: `address` has one.
        "delivery:owner",
        # Whoever has the link of a nominee, of a seat or of an auditor: `address` has one; or types a code.
        "agenda:nominee",
        "agenda:nominee_code",
        "agenda:holder",
        "agenda:audit",
        # Whoever was asked whether an outcome is so: `address` has their link.
        "delivery:is_it_so",
        # Whoever has a member's link, and where a member types a code.
        "delivery:reply",
        "reply:code",
        "delivery:owner_time",
        # Whoever has the office's link: `address` has one.
        "delivery:office",
        "delivery:office_print",
        "delivery:office_report",
        "delivery:office_time",
        "delivery:office_history",
        # Whoever has the link of a mail: `address` has one.
        "programmes:end_mail",
        "delivery:confirm_following",
        # Whoever has a collector's token: `address` has one.
        "collect:form_list",
        "collect:submission",
        "collect:form",
        "collect:manifest",
        "collect:form_file",
        # Anybody may try a log-in there, by POST only.
        "field:central:sessions",
        # Whoever has the wall's link: `address` has one.
        "dialogue:wall_link",
    ],
    DIGEST: [
        "field:phones:form_list",
        "field:phones:submission",
        "field:phones:form",
        "field:phones:manifest",
        "field:phones:form_file",
        "field:central:current_user",
        "field:central:projects",
        "field:central:project",
        "field:central:app_users",
        "field:central:forms",
        "field:central:form_xml",
        "field:central:service",
        "field:central:metadata",
        "field:central:table",
        "field:central:form",
        "field:central:submissions",
        "field:central:submission",
        "field:central:attachments",
        "field:central:attachment",
    ],
    PROGRAMME: [
        "web:road",
        "web:thread",
        "web:offices",
        "web:office",
        "dialogue:gathering",
        "dialogue:round",
        "dialogue:map",
        "dialogue:public_results",
        "dialogue:public_memoire",
        "dialogue:statement",
        "dialogue:sound",
        "dialogue:statement_photo",
        "agenda:agenda",
        "agenda:problem",
        "agenda:roadmap",
        "agenda:roadmap_print",
        "agenda:roadmap_csv",
        "agenda:sheet",
        "agenda:row",
        "agenda:versions",
        "agenda:compare",
        "agenda:version",
        "agenda:version_json",
        "agenda:goals",
        "agenda:goals_csv",
        "agenda:solution",
        "agenda:computed",
        "agenda:groups",
        "agenda:group",
        "agenda:slate",
        "agenda:members",
        "agenda:count",
        "delivery:commitments",
        "delivery:commitments_csv",
        "delivery:commitment",
        "delivery:photo",
        "delivery:report_file",
        "delivery:sheet",
        "delivery:outcomes",
        "delivery:outcome",
        "delivery:evidence_file",
        "delivery:results",
        "delivery:results_file",
        "delivery:results_iati",
        "delivery:shifts",
        "delivery:shift",
        "delivery:indicators",
        "delivery:indicator",
        "delivery:figures",
        "delivery:figure",
        "delivery:figures_csv",
        "delivery:meetings",
        "delivery:meeting",
        "delivery:print_minutes",
        "delivery:follow",
        "delivery:follow_row",
        "delivery:follow_promise",
        "delivery:feed",
        "delivery:feed_row",
        "delivery:feed_promise",
        "stories:library",
        "stories:significant",
        "stories:returns",
        "stories:answers",
        "stories:survivors",
        "stories:returned",
        "stories:print_return",
        "stories:return_script",
        "stories:return_sound",
        "stories:story",
        "stories:photo",
        "stories:publication",
        "stories:file",
    ],
    CARD: [
        "programmes:me",
        "programmes:consent",
        "programmes:end_consent",
        "programmes:forget_me",
        "dialogue:take_part",
        "dialogue:vote",
        "dialogue:answers",
        "dialogue:mark",
        "dialogue:mark_answers",
        "dialogue:propose",
        "dialogue:proposed",
        "dialogue:hand",
        "field:say",
        "field:say_whole",
        "field:say_send",
        "field:said",
        "dialogue:my_table",
        "dialogue:answer_wording",
        "dialogue:release_ours",
        "dialogue:ahead",
        "agenda:ballot",
        "agenda:say",
        "agenda:nominate_by_card",
        "agenda:object_to",
        "delivery:say",
        "delivery:answer",
        "delivery:dispute",
        "delivery:answered",
        "delivery:asked",
        "stories:of_my_votes",
    ],
    LOGIN: ["programmes:mine", "programmes:password", "web:desks"],
    FOUNDER: ["programmes:begin"],
    P.SEE: [
        "agenda:draft",
        "web:overview",
        "field:sites",
        "field:districts_geojson",
        "programmes:desk",
        "dialogue:gatherings",
        "dialogue:write_incident",
        "dialogue:results",
        "dialogue:differences",
        "dialogue:shortlist",
        "dialogue:shortlist_json",
        "dialogue:in_the_room",
        "dialogue:results_csv",
        "dialogue:results_json",
        "dialogue:findings",
        "dialogue:finding",
        "dialogue:wall",
    ],
    P.PROTECT: [
        "dialogue:incidents",
        "dialogue:incident",
        "dialogue:show_lists",
        "dialogue:purge",
        "programmes:copies",
        "programmes:copy_destroyed",
        "field:contacts",
        "field:contact_book",
        "field:contact_book_back",
        "field:drop_contacts",
        "field:end_custodian",
    ],
    P.SET_UP: [
        "agenda:auditors",
        "agenda:auditor_link",
        "agenda:end_auditor",
        "programmes:mail",
        "programmes:try_mail_again",
        "programmes:mail_from_here",
        "programmes:settings",
        "programmes:merge",
        "programmes:stages",
        "programmes:add_stage",
        "programmes:edit_stage",
        "programmes:move_stage",
        "programmes:remove_stage",
        "programmes:restore_stage",
        "programmes:places",
        "programmes:add_place",
        "programmes:edit_place",
        "programmes:remove_place",
        "programmes:constituencies",
        "programmes:declare_constituency",
        "programmes:edit_constituency",
        "programmes:move_constituency",
        "programmes:remove_constituency",
        "programmes:organisations",
        "programmes:add_organisation",
        "programmes:edit_organisation",
        "programmes:remove_organisation",
        "programmes:members",
        "programmes:add_member",
        "programmes:edit_member",
        "programmes:member_password",
        "programmes:remove_member",
        "programmes:draw_panel",
        "programmes:number_drawn",
    ],
    P.PEOPLE: [
        "programmes:participants",
        "programmes:add_participants",
        "programmes:find_participant",
        "programmes:participant",
        "programmes:edit_participant",
        "programmes:enter_consent",
        "programmes:ending",
        "field:keep_contact",
        "stories:correct",
        "stories:remove_correction",
        "programmes:forget_participant",
        "programmes:print_card",
        "programmes:hand_out_blank",
        "programmes:panels",
        "programmes:panel",
        "programmes:print_panel",
        "programmes:move_entry",
        "programmes:panel_files",
        "programmes:cards",
        "programmes:print_blank_cards",
        "programmes:print_peoples_cards",
        "programmes:hand_out_cards",
        "programmes:hand_out_card",
        "programmes:replace_card",
        "programmes:revoke_card",
        "dialogue:print_attendance",
        "dialogue:attendance_csv",
        "dialogue:door",
        "dialogue:door_person",
        "dialogue:door_undo",
        "dialogue:door_leave",
        "dialogue:walk_in",
        "field:scoping",
        "field:stakeholders",
        "field:readiness",
        "field:questions",
        "field:reference_group",
    ],
    P.LISTEN: [
        "stories:duty",
        "stories:duty_csv",
        "stories:visit_list",
        "stories:letters",
        "stories:tell_answer",
        "stories:take_back_answer",
        "field:testimonies",
        "field:testimony",
        "field:photo",
        "field:recording",
        "field:forms",
        "field:form",
        "field:submissions_csv",
        "field:submissions_xlsx",
        "field:submissions_zip",
        "field:submissions_geojson",
        "field:edition",
        "field:edition_sheet",
        "field:preview_edition",
        "field:missing_files",
        "field:referral_card",
        "field:print_referral_card",
        "field:inbox",
        "field:unreadable",
        "field:submission",
        "field:attachment",
        "field:site",
        "field:visits",
        "field:visit",
        "field:print_visit",
        "field:note_photo",
        "field:meeting",
        "field:writing",
    ],
    P.RESEARCH: [
        "field:add_form",
        "field:add_ready_form",
        "field:publish_edition",
        "field:retire_edition",
        "field:renew_edition",
        "field:edit_referral_card",
        "field:add_form_file",
        "field:import_export",
        "field:import_rows",
        "field:review_submission",
        "field:erase_unreadable",
        "field:collectors",
        "field:revoke_collector",
        "field:fill",
        "field:fill_whole",
        "field:fill_send",
        "field:unsent",
        "field:filled",
        "field:ways",
        "field:let_cards",
        "field:add_testimony",
        "field:themes",
        "field:edit_theme",
        "field:remove_theme",
        "field:edit_quote",
        "field:waiting",
        "field:make_testimonies",
        "field:coding",
        "field:code_next",
        "field:code_quote",
        "field:differences",
        "field:settle_code",
        "field:check",
        "field:check_quote",
        "field:draft",
        "field:heard",
        "field:take_single_codes",
        "field:codebook_csv",
        "field:codebook_qdc",
        "field:import_codebook",
        "field:transcribe",
        "field:translate",
        "field:reviews",
        "field:review_writing",
        "field:remove_quote",
        "field:edit_testimony",
        "field:take_quote",
        "field:slip",
        "field:forget",
        "field:place_declared",
        "field:add_stakeholder",
        "field:edit_stakeholder",
        "field:move_stakeholder",
        "field:remove_stakeholder",
        "field:answer_check",
        "field:edit_question",
        "field:choose_question",
        "field:leave_question",
        "field:reconsider_question",
        "field:move_question",
        "field:remove_question",
        "field:add_reviewer",
        "field:edit_reviewer",
        "field:forget_reviewer",
        "field:add_review",
        "field:edit_review",
        "field:add_profile",
        "field:erase_profile",
        "field:take_profile",
        "field:set_spot",
        "field:plan_visit",
        "field:edit_visit",
        "field:mark_visit",
        "field:forget_visit",
        "field:add_note",
        "field:erase_note",
        "field:note_meeting",
        "field:edit_meeting",
        "field:release_meeting",
        "field:keep_meeting_apart",
        "field:forget_meeting",
        "field:edit_problem",
        "field:erase_problem",
    ],
    P.FACILITATE: [
        "programmes:mark_stage",
        "dialogue:add_gathering",
        "dialogue:edit_gathering",
        "dialogue:prepare_round",
        "dialogue:edit_round",
        "dialogue:open_round",
        "dialogue:close_round",
        "dialogue:reopen_round",
        "dialogue:publish_results",
        "dialogue:add_statement",
        "dialogue:moderation",
        "dialogue:moderation_now",
        "dialogue:order_statements",
        "dialogue:join_statements",
        "dialogue:tell_apart",
        "dialogue:pause_round",
        "dialogue:resume_round",
        "dialogue:release_round",
        "dialogue:keep_round_apart",
        "dialogue:bring_in",
        "dialogue:quotes",
        "dialogue:statement_from_quotes",
        "dialogue:leave_draft",
        "dialogue:approve_statement",
        "dialogue:reject_statement",
        "dialogue:requeue_statement",
        "dialogue:reword_statement",
        "dialogue:read_statement",
        "dialogue:place_statement",
        "dialogue:split_statement",
        "dialogue:carry_statement",
        "dialogue:take_apart",
        "dialogue:take_back_wording",
        "dialogue:translate_statement",
        "dialogue:translate_question",
        "dialogue:take_up",
        "dialogue:settled_files",
        "dialogue:attendance",
        "dialogue:joining",
        "dialogue:join_sheet",
        "dialogue:risks",
        "dialogue:add_risk",
        "dialogue:edit_risk",
        "dialogue:remove_risk",
        "dialogue:freeze",
        "dialogue:tables",
        "dialogue:seat_tables",
        "dialogue:change_tables",
        "dialogue:print_tables",
        "dialogue:tables_files",
        "dialogue:voice",
        "dialogue:speak",
        "dialogue:keep_voice",
        "dialogue:media",
        "dialogue:picture",
        "dialogue:voice_of",
        "dialogue:start_kiosk",
        "dialogue:voice_files",
        "dialogue:rounds_to_count",
        "dialogue:count",
        "dialogue:count_group",
        "dialogue:undo_count",
        "dialogue:count_photo",
        "dialogue:paper",
        "dialogue:reasons",
        "dialogue:run_sheet",
        "dialogue:begin_run_sheet",
        "dialogue:run_sheet_hours",
        "dialogue:run_sheet_print",
        "dialogue:add_step",
        "dialogue:edit_step",
        "dialogue:copy_step",
        "dialogue:move_step",
        "dialogue:remove_step",
        "dialogue:restore_step",
        "dialogue:console",
        "dialogue:console_counts",
        "dialogue:press",
        "dialogue:plenary",
        "dialogue:table_notes",
        "dialogue:notes",
        "dialogue:edit_note",
        "dialogue:remove_note",
        "dialogue:restore_note",
        "dialogue:bring_note",
        "dialogue:note_to_vote",
        "dialogue:minutes",
        "dialogue:print_minutes",
        "dialogue:carry",
        "dialogue:take_back_carried",
        "dialogue:memoire",
        "dialogue:memoire_in",
        "dialogue:edit_memoire",
        "dialogue:print_memoire",
        "dialogue:publish_memoire",
        "dialogue:take_back_memoire",
        "dialogue:memoire_file",
        "dialogue:export",
        "dialogue:export_file",
        "dialogue:polis_file",
        "dialogue:backup",
        "dialogue:projector",
        "dialogue:print_kit",
        "dialogue:print_sheet",
        "dialogue:print_pdf",
        "agenda:findings",
        "agenda:take_up",
        "agenda:edit_problem",
        "agenda:remove_problem",
        "agenda:restore_problem",
        "agenda:agree",
        "agenda:edit_solution",
        "agenda:remove_solution",
        "agenda:add_row",
        "agenda:edit_row",
        "agenda:remove_row",
        "agenda:restore_row",
        "agenda:show_row",
        "agenda:secure_row",
        "agenda:endorse",
        "agenda:remove_endorsement",
        "agenda:adopt",
        "agenda:name_affected",
        "agenda:take_back",
        "agenda:owe",
        "agenda:forget_spokesperson",
        "agenda:comment",
        "agenda:undo",
        "agenda:align",
        "agenda:edit_obligation",
        "agenda:remove_obligation",
        "agenda:restore_obligation",
        "agenda:resolve",
        "agenda:reopen",
        "agenda:remove_comment",
        "agenda:freeze",
        "agenda:remove_version",
        "agenda:restore_version",
        "agenda:add_goal",
        "agenda:import_goals",
        "agenda:edit_goal",
        "agenda:remove_goal",
        "agenda:remove_alignment",
        "agenda:causes",
        "agenda:add_cause",
        "agenda:disagree",
        "agenda:edit_cause",
        "agenda:move_cause",
        "agenda:remove_cause",
        "agenda:restore_cause",
        "agenda:edit_disagreement",
        "agenda:take_side",
        "agenda:settle_disagreement",
        "agenda:reopen_disagreement",
        "agenda:remove_disagreement",
        "agenda:remove_side",
        "agenda:write_text",
        "agenda:amend",
        "agenda:argue",
        "agenda:decide",
        "agenda:take_back_decision",
        "agenda:remove_argument",
        "agenda:change_agenda",
        "agenda:take_back_agenda_change",
        "agenda:add_group",
        "agenda:edit_group",
        "agenda:remove_group",
        "agenda:add_seat",
        "agenda:endorse_group",
        "agenda:nominate",
        "agenda:accept",
        "agenda:stand_down",
        "agenda:remove_seat",
        "agenda:forget_holders",
        "agenda:nominate_candidate",
        "agenda:change_candidate",
        "agenda:consent_to_stand",
        "agenda:withdraw_candidate",
        "agenda:remove_candidate",
        "agenda:quotas",
        "agenda:open_ballot",
        "agenda:take_back_ballot",
        "agenda:paper",
        "agenda:close_ballot",
        "agenda:reopen_ballot",
        "agenda:choose",
        "agenda:give_way",
        "agenda:election",
        "agenda:terms",
        "agenda:count_rule",
        "agenda:recount",
        "agenda:count_box",
        "agenda:print_slips",
        "agenda:give_slip",
        "agenda:type_in_slip",
        "agenda:take_back_slip",
        "agenda:endorse_by_authority",
        "agenda:propose",
        "agenda:confirm_seats",
        "agenda:objections",
        "agenda:note_objection",
        "agenda:answer_objection",
        "agenda:nominee_link",
        "agenda:decline",
        "agenda:seat_link",
        "agenda:hand_over",
        "agenda:give_seats",
    ],
    P.DELIVER: [
        "delivery:give_mail",
        "delivery:end_mail",
        "delivery:make_commitment",
        "delivery:change_commitment",
        "delivery:remove_commitment",
        "delivery:give_link",
        "delivery:end_link",
        "delivery:add_report",
        "delivery:remove_report",
        "delivery:show_photo",
        "delivery:show_file",
        "delivery:offices",
        "delivery:office_for_staff",
        "delivery:give_office_link",
        "delivery:give_all_links",
        "delivery:end_office_link",
        "delivery:hand_over",
        "delivery:answer_time",
        "delivery:take_answers",
        "delivery:reasons",
        "delivery:screen_reason",
        "delivery:record_outcome",
        "delivery:change_outcome",
        "delivery:remove_outcome",
        "delivery:to_check",
        "delivery:add_evidence",
        "delivery:show_evidence",
        "delivery:remove_evidence",
        "delivery:ask",
        "delivery:asked_link",
        "delivery:note_answer",
        "delivery:remove_asked",
        "delivery:contribution",
        "delivery:weigh",
        "delivery:remove_package",
        "delivery:catalogue",
        "delivery:pick_indicator",
        "delivery:add_indicator",
        "delivery:change_indicator",
        "delivery:translate_indicator",
        "delivery:remove_indicator",
        "delivery:restore_indicator",
        "delivery:measure",
        "delivery:correct_figure",
        "delivery:remove_figure",
        "delivery:restore_figure",
        "delivery:import_figures",
        "delivery:empty_sheet",
        "delivery:declare_rule",
        "delivery:call_meeting",
        "delivery:put_question",
        "delivery:give_keys",
        "delivery:end_key",
        "delivery:question",
        "delivery:change_item",
        "delivery:raise_item",
        "delivery:remove_item",
        "delivery:remove_decision",
        "delivery:erase_reasons",
        "delivery:finish_task",
        "delivery:remove_task",
        "delivery:promise_task",
        "delivery:change_meeting",
        "delivery:cancel_meeting",
        "delivery:send_call",
        "delivery:print_call",
        "delivery:print_signin",
        "delivery:add_item",
        "delivery:replies",
        "delivery:note_reply",
        "delivery:meeting_attendance",
        "delivery:decide",
        "delivery:give_task",
        "delivery:sign_off",
        "delivery:reopen_minutes",
        "delivery:publish_minutes",
    ],
    P.PUBLISH: [
        "stories:write",
        "stories:change",
        "stories:tell",
        "stories:take_back",
        "stories:remove",
        "stories:add_publication",
        "stories:change_publication",
        "stories:remove_publication",
        "stories:choose_story",
        "stories:remove_selection",
        "stories:erase_reasons",
    ],
}
RULE_OF = {route: rule for rule, routes in RULES.items() for route in routes}

STAFF = tuple(Role.values)
VISITORS = (*STAFF, "anonymous", "outsider", "participant", "stranger", "elsewhere")


# ---- every address has a rule ----------------------------------------------------------------------------


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each address's name with its room, and the names of what stands in it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            outer = tuple(pattern.pattern.converters)
            yield from ((name, outer + more) for name, more in routes(pattern.url_patterns, inner))
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", tuple(pattern.pattern.converters)


ROUTES = dict(routes(get_resolver().url_patterns))


def test_every_address_has_a_rule():
    assert ROUTES.keys() - RULE_OF.keys() == set()


def test_every_rule_is_for_an_address_that_there_is():
    assert RULE_OF.keys() - ROUTES.keys() == set()


def test_no_address_has_two_rules():
    assert len(RULE_OF) == sum(len(names) for names in RULES.values())


# ---- the programme that is visited -----------------------------------------------------------------------


@pytest.fixture
def world(db, one_of_each: Kept, tmp_path: Path) -> SimpleNamespace:
    """A programme kept from the public, with one thing of each kind."""
    return one_of_each.put_back(tmp_path)


def write_one_of_each() -> SimpleNamespace:
    """Write it, and what it has of each kind."""
    w = SimpleNamespace(programme=make.programme(public=False))
    w.ann = make.participant(w.programme, constituency=make.constituency(w.programme))
    w.road = walked(w.programme, w.ann)
    w.card, w.minted = make.card(w.ann)
    w.blank = programmes.mint_cards(programme=w.programme, participants=[w.ann], by=None)[0][0]
    w.stage, w.removed = make.stage(w.programme), make.stage(w.programme)
    programmes.remove_stage(stage=w.removed, by=None)
    w.place, w.group, w.office = (
        make.place(w.programme),
        make.constituency(w.programme),
        make.organisation(w.programme, name="A mine"),
    )
    w.member = make.member(w.programme, role=Role.OBSERVER)
    w.correction = returning.note_correction(
        programme=w.programme, constituency=w.group, text="It was not so.", by=None
    )
    w.custodian = contacts.add_custodian(
        programme=w.programme,
        name="Rehema",
        recipient="age15d3etmagum4j5f6k2a3ryclnyc2yvvhhtamu3fmqe5skx7wkhqjss050z3",
        by=None,
    )
    w.copy = programmes.note_copy(
        programme=w.programme, kind="export", holds="field", name="testimony.csv", by=None
    )
    picture = a_photo()
    w.testimony = field.record_testimony(
        programme=w.programme, text="Words", photo=picture, audio=read_recording(b"OggS" + bytes(40)), by=None
    )
    filled_in(w)
    scoped_and_visited(w, picture)
    w.theme = field.add_theme(programme=w.programme, title="Water", by=None)
    w.quote = field.take_quote(testimony=w.testimony, text="Words", by=None)
    w.writing = field.add_writing(testimony=w.testimony, text="Words", segments=[], by=None)
    usable = make.usable_quote(w.programme)
    w.draft = coding.offer_draft(programme=w.programme, text="Words", language="en", quotes=[usable], by=None)
    w.round = dialogue.prepare_round(gathering=w.road.gathering, kind="problems", question="What?", by=None)
    dialogue.add_statement(round=w.round, text="Water.", by=None)
    dialogue.open_round(round=w.round, by=None)
    w.report = delivery.report(
        commitment=w.road.commitment,
        status="done",
        text="Done.",
        photo=picture,
        evidence_file=make.pdf(),
        by=None,
    )
    delivery.show_photo(report=w.report, shown=True, by=None)
    delivery.show_file(report=w.report, shown=True, by=None)
    w.verdict = delivery.dispute(report=w.report, participant=w.ann, reason="No.", by=w.ann)
    w.figure = make.figure(make.indicator(w.programme))
    w.desk = promises.give_link(office=office_of(w.road.commitment), by=None)
    w.time = promises.ask_for_time(
        commitment=make.commitment(w.road.row), until=date(2099, 1, 1), reason="Rain.", by=None
    )
    w.token = links.sign(delivery.give_link(commitment=w.road.commitment, by=None))
    harvested(w)
    w.proposal = dialogue.propose_statement(round=w.round, text="Light.", by=w.ann)
    w.wording = steering.propose_wording(statement=w.proposal, text="Give us light.", by=None)
    w.waiting, w.off_agenda, w.off_roadmap = (
        make.finding(w.programme),
        make.problem(w.programme),
        make.row(w.road.problem),
    )
    agenda.remove_problem(problem=w.off_agenda, by=None)
    agenda.remove_row(row=w.off_roadmap, by=None)
    w.endorsement = agenda.endorse(row=w.road.row, constituency=w.group, gradient=1, by=None)
    w.seat = make.seat(make.group(w.programme), holder="Neema", constituency=w.group)
    met(w)
    w.candidate = make.candidate(w.seat.group, constituency=w.group)
    w.slate = make.slate(w.programme)
    elected(w)
    for purpose in (Purpose.STORY, Purpose.PHOTO):
        make.consent(w.ann, purpose, Audience.PUBLIC)
    w.story = stories.write_story(
        outcome=w.road.outcome, title="A", text="B", teller=w.ann, photo=picture, by=None
    )
    stories.publish_story(story=w.story, audience=Audience.PUBLIC, by=None)
    other = stories.write_story(outcome=w.road.outcome, title="C", text="D", by=None)
    w.selection = choosing.choose(
        programme=w.programme,
        level="first",
        where="Geita",
        panel=[choosing.Bench(w.group, women=2)],
        read=[w.story, other],
        chosen=w.story,
        reasons="It lasts.",
        by=None,
    )
    w.publication = stories.add_publication(
        programme=w.programme, title="Memo", kind="memo", data=b"%PDF-", public=True, by=None
    )
    analysis.redraw_due()
    ben = make.participant(w.programme, constituency=w.group)
    w.panel = selection.draw(
        programme=w.programme, title="Dialogue", size=1, quotas=[], household=False, by=None
    )
    phone.set_photo(statement=w.road.statement, photo=picture, by=None)
    phone.keep_voice(of=w.road.statement, language="en", sound=read_recording(b"OggS" + bytes(40)), by=None)
    w.answer_spoken = answering.keep_reading(
        programme=w.programme,
        of=whole_of(w.road.testimony),
        subject=w.road.voice.pk,
        language="sw",
        sound=read_recording(b"OggS" + bytes(40)),
        by=None,
    )
    hall = w.road.gathering
    analysis.seat_tables(hall, people=[ben], tables=1, rounds=1, spread=[], apart=[], by=None)
    dialogue.begin_speech(gathering=hall, participant=ben, by=None)
    analysis.keep_voice(hall, by=None)
    w.dots = make.round_(w.programme, opened=True, method="dots")
    dialogue.attend(gathering=w.road.gathering, people=[ben], state="came", by=None)
    [w.tally] = counting.count(
        sheet=counting.Sheet(w.round, w.group),
        counts={w.round.statements.filter(state="approved").get(): HandCount(agree=1)},
        photo=picture,
        by=make.member(w.programme),
    )
    w.step = in_the_hall.add_step(gathering=hall, title="At tables", who="tables", by=None)
    in_the_hall.write_note(gathering=hall, text="A pump.", step=w.step, table=1, by=None)
    w.note = in_the_hall.write_note(gathering=hall, kind="decision", text="A pump.", by=None)
    [w.carried] = after.carry_over(round=w.round, statements=[w.road.statement], by=None)
    after.publish_memoire(gathering=hall, language="en", sections=memo.draft(hall, "en"), by=None)
    w.risk = door.add_risk(gathering=hall, who="Women", harm="A raid", by=None)
    w.incident = door.write_incident(
        programme=w.programme, gathering=hall, happened_on=date(2026, 3, 1), what="A threat", by=None
    )
    w.settled = make.round_(w.programme, opened=True)
    dialogue.cast_vote(statement=w.settled.statements.select_related("round").get(), choice=1, by=ben)
    analysis.settle(dialogue.close_round(round=w.settled, by=None), places=1, by=None)
    drafted(w, ben)
    return w


def harvested(w: SimpleNamespace) -> None:
    """What backs an outcome: evidence, somebody independent, and what is seen of the dialogue's part."""
    w.evidence = harvest.add_evidence(
        outcome=w.road.outcome,
        what="A list",
        kind="document",
        source="Office",
        data=make.pdf(),
        public=True,
        by=None,
    )
    w.substantiation = harvest.ask_somebody(
        outcome=w.road.outcome, office="Legal aid", independent="None", by=None
    )
    w.package = harvest.add_package(outcome=w.road.outcome, seen="A letter", by=None)


def drafted(w: SimpleNamespace, voter: Participant) -> None:
    """One thing of each kind that is drafted around a row, a problem and an answer."""
    problem, solution = w.road.problem, w.road.solution
    row = make.row(problem, action="A draft")
    w.obligation = drafting.owe(row=row, debtor=w.group, creditor=None, what="Water", by=None)
    w.unowed = drafting.owe(row=row, debtor=w.group, creditor=None, what="Land", by=None)
    drafting.remove_obligation(obligation=w.unowed, by=None)
    w.spokesperson = drafting.speak_for(constituency=w.group, office="Chair", name="Neema", by=None)
    w.comment = drafting.comment(row=row, text="Why?", by=None)
    w.alignment = drafting.align(row=row, catalogue="SDG", code="8.3", by=None)
    w.goal = drafting.add_goal(programme=w.programme, catalogue="Plan", code="1", title="Water", by=None)
    w.version = drafting.freeze_roadmap(programme=w.programme, title="First", by=None)
    agenda.change_row(row=row, theme="Rain", by=None)
    w.hidden_version = drafting.freeze_roadmap(programme=w.programme, title="Second", by=None)
    drafting.remove_version(version=w.hidden_version, by=None)
    w.cause = drafting.add_cause(problem=problem, text="No pump", by=None)
    w.no_cause = drafting.add_cause(problem=problem, text="No rain", by=None)
    drafting.remove_cause(cause=w.no_cause, by=None)
    w.disagreement = drafting.agree_to_disagree(
        problem=problem, question="Whose?", would_settle="A map", by=None
    )
    w.side = drafting.take_side(disagreement=w.disagreement, constituency=w.group, words="Ours.", by=None)
    drafting.write_text(solution=solution, clauses=["A pump."], by=None)
    w.amendment = drafting.propose_amendment(solution=solution, kind="insert", text="Soon:", by=None)
    w.argument = drafting.argue(solution=solution, side="pro", text="It is near.", by=None)
    answers = make.round_(w.programme, kind="solutions", answers=w.road.finding, opened=True)
    statement = answers.statements.select_related("round").get()
    dialogue.cast_vote(statement=statement, choice=1, by=voter)
    w.agenda = analysis.settle(dialogue.close_round(round=answers, by=None), places=1, by=None)
    w.agenda_change = drafting.change_agenda(
        certificate=w.agenda, statement=statement, place=None, reason="It is done.", by=None
    )


def scoped_and_visited(w: SimpleNamespace, picture: Photo) -> None:
    """One thing of each kind that is done before the field, and at the sites."""
    w.stakeholder = scoping.add_stakeholder(programme=w.programme, name="A", power=1, interest=5, by=None)
    w.question = scoping.add_question(programme=w.programme, text="Who is told?", by=None)
    w.reviewer = scoping.add_reviewer(programme=w.programme, name="Dr Mwajuma", by=None)
    w.review = scoping.note_review(
        reviewer=w.reviewer, of="method", verdict="good", said_on=date(2026, 3, 1), by=None
    )
    w.visit = visits.plan_visit(
        programme=w.programme, place=w.place, starts_on=date(2026, 3, 1), tell="Neema", by=None
    )
    w.site_note = visits.add_note(visit=w.visit, text="A mill.", photo=picture, by=None)
    w.profile = visits.keep_profile(place=w.place, seen_on=date(2026, 3, 1), said={}, by=None)
    w.meeting = visits.note_meeting(
        programme=w.programme, constituency=w.group, held_on=date(2026, 3, 1), by=None
    )
    [w.item] = visits.agree_on(meeting=w.meeting, problems=["The water."], language="en", by=None)
    sheet = ready_forms()["site_profile"]
    edition = collect.add_edition(programme=w.programme, made=read_sheet(sheet), sheet=sheet, by=None)
    collect.publish_edition(edition=edition, by=None)
    w.seen = collect.receive_submission(collector=w.collector, xml=sheets.site_profile()).submission


def met(w: SimpleNamespace) -> None:
    """A meeting that was held and published, with one thing of each kind, and the link of a member."""
    w.met = make.meeting(w.seat.group, members=1)
    w.agenda_item = of_meetings.add_item(meeting=w.met, title="Water", by=None)
    w.asked = of_meetings.put_question(
        group=w.seat.group, text="Shall we?", until=w.met.on, asked_on=w.met.on, by=None
    )
    make.held(w.met)
    w.decision = of_meetings.decide(
        meeting=w.met, text="A pump.", stances={w.seat: "1"}, reasons="Too dear.", by=None
    )
    w.task = of_meetings.give_task(meeting=w.met, what="Ask", seat=w.seat, due_on=w.met.on, by=None)
    of_meetings.sign_off(meeting=w.met, seat=w.seat, by=None)
    of_meetings.publish_minutes(meeting=w.met, by=None)
    w.reply_token = doors.sign(of_meetings.give_key(seat=w.seat, by=None)[0])


def filled_in(w: SimpleNamespace) -> None:
    """A form, somebody who collects, what they sent, and bytes that were no submission."""
    made = read_sheet(sheets.testimony(), name="form.md")
    draft = collect.add_edition(programme=w.programme, made=made, sheet=sheets.testimony(), by=None)
    w.edition = collect.publish_edition(edition=draft, by=None)
    plain.let_cards_fill_in(form=w.edition.form, allowed=True, by=None)
    collect.add_form_file(edition=w.edition, name="pit.png", data=b"png", mime="image/png", by=None)
    w.collector, w.collects = collect.add_collector(programme=w.programme, name="Asha", by=None)
    parts = [collect.Part("voice.amr", b"sound", "audio/amr")]
    w.submission = collect.receive_submission(
        collector=w.collector, xml=sheets.filled(), parts=parts
    ).submission
    w.unreadable = collect.keep_unreadable(collector=w.collector, body=b"?", reason="No XML.")


def a_photo() -> Photo:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return read_photo(out.getvalue())


RETURNS = [
    f"stories:{name}" for name in ("returned", "print_return", "return_script", "return_sound", "correct")
]


def address(route: str, w: SimpleNamespace) -> str:
    """The route's address, with what there is in the programme."""
    usual = {
        "programme": w.programme.slug,
        "stage": w.stage.pk,
        "place": w.place.pk,
        "constituency": w.group.pk,
        "organisation": w.office.pk,
        "member": w.member.pk,
        "participant": w.ann.pk,
        "card": w.card.pk,
        "purpose": "quote",
        "secret": w.minted.secret,
        "testimony": w.testimony.pk,
        "form": w.edition.form.pk,
        "edition": w.edition.pk,
        "copy": w.copy.pk,
        "custodian": w.custodian.pk,
        "correction": w.correction.pk,
        "collector": w.collector.pk,
        "submission": w.submission.pk,
        "attachment": w.submission.attachments.get().pk,
        "unreadable": w.unreadable.pk,
        "stashed": uuid.uuid4(),
        "name": "pit.png" if route.endswith(":form_file") else "testimony",
        "quote": w.quote.pk,
        "stakeholder": w.stakeholder.pk,
        "check": "context.safe",
        "question": w.question.pk,
        "reviewer": w.reviewer.pk,
        "review": w.review.pk,
        "visit": w.visit.pk,
        "profile": w.profile.pk,
        "meeting": w.meeting.pk,
        "writing": w.writing.pk,
        "draft": w.draft.pk,
        "theme": w.theme.pk,
        "round": w.round.pk,
        "statement": w.road.statement.pk,
        "wording": w.wording.pk,
        "gathering": w.road.gathering.pk,
        "step": w.step.pk,
        "note": w.note.pk,
        "ending": "json",
        "language": "en",
        "finding": w.road.finding.pk,
        "problem": w.road.problem.pk,
        "solution": w.road.solution.pk,
        "row": w.road.row.pk,
        "obligation": w.obligation.pk,
        "spokesperson": w.spokesperson.pk,
        "comment": w.comment.pk,
        "event": uuid.uuid4(),
        "alignment": w.alignment.pk,
        "goal": w.goal.pk,
        "version": w.version.pk,
        "cause": w.cause.pk,
        "disagreement": w.disagreement.pk,
        "side": w.side.pk,
        "amendment": w.amendment.pk,
        "argument": w.argument.pk,
        "certificate": w.agenda.pk,
        "change": w.agenda_change.pk,
        "endorsement": w.endorsement.pk,
        "group": w.seat.group_id,
        "seat": w.seat.pk,
        "candidate": w.candidate.pk,
        "slate": w.slate.pk,
        "objection": w.objection.pk,
        "auditor": w.auditor.pk,
        "commitment": w.road.commitment.pk,
        "report": w.report.pk,
        "verdict": w.verdict.pk,
        "token": w.token,
        "office": w.desk.pk,
        "time": w.time.pk,
        "link": wall_links.sign(w.road.gathering),
        "sheet": "scale",
        "outcome": w.road.outcome.pk,
        "evidence": w.evidence.pk,
        "asked": w.substantiation.pk,
        "package": w.package.pk,
        "indicator": w.figure.indicator_id,
        "figure": w.figure.pk,
        "cycle": "C1",
        "key": "felt-influence",
        "story": w.story.pk,
        "selection": w.selection.pk,
        "publication": w.publication.pk,
        "panel": w.panel.pk,
        "risk": w.risk.pk,
        "incident": w.incident.pk,
        "of": w.road.statement.pk,
        "kind": "problem",
        "pk": w.road.problem.pk,
    }
    of_office = {"token": office_links.sign(w.desk)}
    special = {
        "programmes:end_mail": {"token": Signer(salt=letter.SALT).sign(uuid.uuid4().hex)},
        "delivery:give_mail": {"kind": "promise", "of": w.road.commitment.pk},
        "delivery:end_mail": {"kind": "promise", "of": w.road.commitment.pk},
        "delivery:confirm_following": {"token": letter.confirm_token(uuid.uuid4())},
        "delivery:office": of_office,
        "delivery:office_print": of_office,
        "delivery:office_report": of_office,
        "delivery:office_time": of_office,
        "delivery:office_history": of_office,
        "field:note_photo": {"note": w.site_note.pk},
        "field:erase_note": {"note": w.site_note.pk},
        "field:edit_problem": {"problem": w.item.pk},
        "field:erase_problem": {"problem": w.item.pk},
        "field:take_profile": {"submission": w.seen.pk},
        "programmes:restore_stage": {"stage": w.removed.pk},
        "programmes:hand_out_card": {"card": w.blank.pk},
        **{name: {"kind": "group", "pk": w.group.pk} for name in RETURNS},
        "delivery:translate_indicator": {"language": "sw"},
        "dialogue:proposed": {"statement": w.proposal.pk},
        "dialogue:count_photo": {"sheet": w.tally.photo},
        "dialogue:take_back_carried": {"statement": w.carried.pk},
        "dialogue:memoire_file": {"ending": "docx"},
        "delivery:results_file": {"ending": "json"},
        "dialogue:settled_files": {"round": w.settled.pk},
        "dialogue:shortlist_json": {"round": w.settled.pk},
        "dialogue:map": {"round": w.road.problems.pk},
        "dialogue:mark": {"round": w.dots.pk},
        "dialogue:mark_answers": {"round": w.dots.pk},
        "delivery:is_it_so": {
            "token": personal_links.token("substantiation", w.substantiation.pk, w.substantiation.link)
        },
        "agenda:take_back_slip": {"group": w.slip.group_id, "number": w.slip.number},
        **{name: {"token": token} for name, token in w.links.items()},
        "agenda:take_up": {"finding": w.waiting.pk},
        "stories:survivors": {"reached": "voted"},
        "stories:tell_answer": {"said": w.road.testimony.pk},
        "stories:take_back_answer": {"said": w.road.testimony.pk},
        "agenda:restore_problem": {"problem": w.off_agenda.pk},
        "agenda:restore_row": {"row": w.off_roadmap.pk},
        "agenda:restore_obligation": {"obligation": w.unowed.pk},
        "agenda:restore_version": {"version": w.hidden_version.pk},
        "agenda:restore_cause": {"cause": w.no_cause.pk},
    }
    if route.startswith("delivery:"):
        usual |= {"meeting": w.met.pk, "item": w.agenda_item.pk, "question": w.asked.pk}
        usual |= {"decision": w.decision.pk, "task": w.task.pk}
        special["delivery:reply"] = {"token": w.reply_token}
    said = usual | special.get(route, {})
    if route == "web:answer_sound":
        said["token"] = answer_links.token(w.road.testimony.pk, str(w.answer_spoken.pk))
    if route.startswith("collect:"):
        said["token"] = w.collects
    if route.startswith("field:central:"):
        said |= {"project": 1, "form": "testimony", "instance": "uuid:4f0a", "table": "Submissions"}
    return reverse(route, kwargs={name: said[name] for name in ROUTES[route]})


def elected(w: SimpleNamespace) -> None:
    """A slip typed in, an objection, and links for a nominee, a holder of a seat and an auditor."""
    papered = make.group(w.programme)
    make.candidate(papered, constituency=w.group)
    agenda.set_quotas(group=papered, size=1, by=None)
    election.fix_count_rule(group=papered, paper=True, recount_within=0, seed=1, objection_days=14, by=None)
    agenda.open_ballot(group=papered, by=None)
    agenda.close_ballot(group=papered, by=None)
    w.slip = election.type_in_slip(group=papered, constituency=w.group, number=1, approved=[], by=None)
    election.propose_to_the_public(group=w.seat.group, by=None)
    w.objection = election.object_to(group=w.seat.group, text="No.", how="paper", confidential=False, by=None)
    nominee = election.give_nominee_link(candidate=w.candidate, by=None)
    seat = election.give_seat_link(seat=w.seat, by=None)
    w.auditor = election.name_auditor(slate=w.slate, name="Rehema", organisation="A union", by=None)
    w.links = {
        "agenda:nominee": personal_links.token(elections.NOMINEE, nominee.pk, nominee.link),
        "agenda:holder": personal_links.token(elections.SEAT, seat.pk, seat.link),
        "agenda:audit": personal_links.token(elections.AUDITOR, w.auditor.pk, w.auditor.link),
    }


def client_of(visitor: str, w: SimpleNamespace) -> Client:
    """The browser of a visitor: a role, or one of the others of VISITORS."""
    if visitor in STAFF:
        return make.client_of(make.member(w.programme, role=visitor))
    if visitor == "anonymous":
        return Client()
    if visitor == "outsider":
        client = Client()
        client.force_login(make.account(), "django.contrib.auth.backends.ModelBackend")
        return client
    if visitor == "participant":
        return make.phone_of(w.ann)
    if visitor == "stranger":
        return make.phone_of(make.participant())
    return make.client_of(make.member(make.programme(), role=Role.COORDINATOR))


# ---- the rules hold --------------------------------------------------------------------------------------


def refusal(rule: str, visitor: str) -> tuple[int, str] | None:
    """How the visitor is turned away under the rule: the status and where to; None if they may come in."""
    has_account = visitor in {*STAFF, "outsider", "elsewhere"}
    if rule == ANYBODY:
        return None
    if rule == PROGRAMME:
        return None if visitor in {*STAFF, "participant"} else (404, "")
    if rule == CARD:
        return None if visitor == "participant" else (302, reverse("programmes:join"))
    if rule == DIGEST:
        return (401, "")
    if rule in {LOGIN, FOUNDER} and not has_account:
        return (302, reverse("programmes:login"))
    if rule == LOGIN:
        return None
    if rule == FOUNDER:
        return (403, "")
    if visitor not in STAFF:
        return (404, "")
    return None if Permission(rule) in ROLES[visitor] else (403, "")


# One who may open every page does so on PostgreSQL as well.
@pytest.mark.parametrize(
    "visitor",
    [
        pytest.param(each, marks=pytest.mark.both_rounds if each == Role.COORDINATOR else ())
        for each in VISITORS
    ],
)
@pytest.mark.slow
def test_every_visitor_may_open_what_the_rules_say_and_nothing_else(world, visitor):
    client, wrong = client_of(visitor, world), []
    for route, rule in RULE_OF.items():
        turned_away = refusal(rule, visitor)
        url, before = address(route, world), said_so_far()

        answers = [client.get(url)] + ([client.post(url)] if turned_away else [])
        # A page may answer one of the two to nobody at all, but then the other must be answered by the rule.
        answered = [answer for answer in answers if answer.status_code != 405]
        if turned_away and not answered:
            wrong.append(f"{route}: neither GET nor POST")
        for answer in answered:
            if not fits(answer, turned_away):
                said = f"{answer.status_code} {answer.get('Location', '')}"
                wrong.append(f"{answer.request['REQUEST_METHOD']} {route}: {said}")
            make.let_go(answer)
        if said_so_far() != before:
            wrong.append(f"{route} changed the record")

    assert wrong == []


def said_so_far() -> int:
    """How much was said, but for notes of what was taken out of the house."""
    return Event.objects.exclude(verb="programmes.copy_taken").count()


def fits(answer: Any, turned_away: tuple[int, str] | None) -> bool:
    """Whether the answer is what the rule says: that way of being turned away, or none at all."""
    if turned_away is None:
        lost = answer.status_code == 302 and answer["Location"].startswith(
            (reverse("programmes:join"), reverse("programmes:login"))
        )
        return answer.status_code < 400 and not lost
    status, where = turned_away
    return answer.status_code == status and answer.get("Location", "").startswith(where)


@pytest.mark.parametrize("visitor", ["anonymous", "outsider", "stranger", "elsewhere"])
def test_what_is_of_the_programme_is_everybodys_once_it_is_public(world, visitor):
    said = {name: getattr(world.programme, name) for name in ("title", "country", "summary", "organiser")}
    programmes.change_programme(programme=world.programme, languages="en", public=True, by=None, **said)
    client = client_of(visitor, world)

    answers = {route: client.get(address(route, world)).status_code for route in RULES[PROGRAMME]}

    assert answers == dict.fromkeys(RULES[PROGRAMME], 200)


def test_a_revoked_card_opens_nothing(world):
    phone = make.phone_of(world.ann)
    programmes.revoke_card(card=world.card, by=None)

    for route in RULES[CARD]:
        assert fits(phone.get(address(route, world)), (302, reverse("programmes:join"))) or (
            phone.get(address(route, world)).status_code == 405
        )


def test_a_member_who_was_removed_is_an_outsider(world):
    make.member(world.programme, role=Role.COORDINATOR)
    member = make.member(world.programme, role=Role.FACILITATOR)
    client = make.client_of(member)
    programmes.remove_member(member=member, by=None)

    assert client.get(address("programmes:desk", world)).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("visitor", [Role.COORDINATOR, "participant", "anonymous"])
def test_nothing_is_taken_from_a_form_of_another_site_or_of_a_page_left_open(world, visitor):
    client = client_of(visitor, world)
    client.handler.enforce_csrf_checks = True
    before = Event.objects.count()

    by_token = {route for route in ROUTES if is_exempt(address(route, world))}
    answers = {route: client.post(address(route, world)) for route in ROUTES.keys() - by_token}

    # Phones with ODK Collect, programs, and whoever's mail program presses "end this" for them prove who they
    # are each time; they have no cookie to misuse.
    by_token.remove("programmes:end_mail")
    assert {route.rpartition(":")[0] for route in by_token} == {"collect", "field:central", "field:phones"}
    assert {route: a.status_code for route, a in answers.items() if a.status_code != 403} == {}
    assert all("Nothing was sent" in answer.text for answer in answers.values())
    assert Event.objects.count() == before


def is_exempt(url: str) -> bool:
    """Whether the page takes what is posted without a token of ours."""
    return getattr(resolve(url).func, "csrf_exempt", False)

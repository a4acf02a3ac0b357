"""What the log's codes mean, in plain words: every action, what it was about, and its details. The one table of them.

Rooms write codes (`read_case`), since an entry outlives any wording; every page that shows the log takes its words from
here. A test finds every code that the project records, and fails for one without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leeward.platform.reference.lists import label

ACTIONS: dict[str, str] = {
    # Sign-in, people who work here, organisations
    "added_user": "Invited a colleague", "offered_membership": "Offered a colleague a further place",
    "accepted_membership": "Took up a place in an organisation",
    "declined_membership": "Declined a place in an organisation",
    "changed_membership": "Changed a colleague’s roles or teams", "ended_membership": "Ended a colleague’s place",
    "restored_membership": "Gave a colleague their place back", "reset_sign_in": "Reset a colleague’s sign-in",
    "accepted_invitation": "Accepted an invitation", "invited_again": "Invited a colleague again",
    "changed_account": "Changed a colleague’s name, e-mail address or telephone",
    "added_organisation": "Added an organisation",
    "changed_organisation": "Changed an organisation", "added_team": "Added a team", "changed_team": "Changed a team",
    "changed_partnership": "Changed what the partnership says of itself",
    "chose_receiving_team": "Chose which team takes contacts", "issued_key": "Made a key for another system",
    "revoked_key": "Revoked a key", "listed_keys": "Read the list of keys",
    "listed_providers": "Read the list of agencies’ sign-ons", "added_provider": "Added an agency’s sign-on",
    "changed_provider": "Changed an agency’s sign-on", "replaced_secret": "Replaced the secret of a sign-on",
    "tested_provider": "Tested an agency’s sign-on", "resumed_provider": "Switched an agency’s sign-on on",
    "paused_provider": "Paused an agency’s sign-on", "parted_sign_ons": "Parted accounts from an agency’s sign-on",
    "was_refused": "Was refused a page", "read_log": "Read the log", "read_log_answer": "Read an answer from the log",
    "read_today": "Read today’s list",
    "anchored_anew": "Began new anchors of the log",
    # Services and their rules
    "added_rule": "Added a routing rule", "changed_rule": "Changed a routing rule",
    "resumed_rule": "Switched a routing rule on", "paused_rule": "Switched a routing rule off",
    "moved_rule": "Moved a routing rule", "listed_rules": "Read the routing rules",
    "tried_rules": "Tried the routing rules out", "added_service": "Added a service",
    "changed_service": "Changed a service", "paused_service": "Paused a service",
    "resumed_service": "Opened a service again", "retired_service": "Retired a service",
    "restored_service": "Took a service back into use", "listed_services": "Read the list of services",
    "read_service": "Read about a service",
    # Cases
    "read_case": "Read the case", "printed_case": "Printed the case", "read_case_details": "Read the case’s details",
    "read_case_people": "Read who is in the case", "read_case_tasks": "Read the case’s tasks",
    "read_sharing": "Read with whom the case is shared",
    "read_index_card": "Read that there is a case, and whom to ring",
    "listed_cases": "Read a list of cases", "opened_case": "Opened a case",
    "opened_case_apart": "Opened a case of its own for somebody", "opened_child_case": "Opened a case for a child",
    "opened_case_to_refer": "Opened a case in order to refer it to a MARAC", "changed_case": "Changed the case",
    "allocated_case": "Gave the case to a worker or a team", "asked_to_close_case": "Asked to close the case",
    "refused_closing": "Did not agree to close the case", "closed_case": "Closed the case",
    "reopened_case": "Opened the case again", "added_person_to_case": "Added somebody to the case",
    "took_person_out_of_case": "Took somebody out of the case", "linked_cases": "Linked two cases",
    "restricted_case": "Restricted the case to named colleagues",
    "lifted_restriction": "Lifted the restriction of the case",
    "shared_case": "Shared the case", "accepted_share": "Accepted a share of the case",
    "returned_share": "Returned a share of the case", "ended_share": "Ended a share of the case",
    "changed_share": "Changed a share of the case", "answered_consent": "Wrote down whether they agree to sharing",
    "listed_offers": "Read a list of what is offered", "read_offer": "Read what is offered to them",
    "added_note": "Wrote a note", "corrected_note": "Corrected a note", "read_note": "Read a note",
    "added_task": "Added a task", "changed_task": "Changed a task", "reopened_task": "Opened a task again",
    "finished_task": "Finished a task", "dropped_task": "Dropped a task", "read_task": "Read a task",
    "listed_tasks": "Read a list of tasks", "added_document": "Added a document",
    "read_document": "Opened a document",
    "read_document_entry": "Read about a document", "listed_documents": "Read the list of documents",
    "withdrew_document": "Withdrew a document", "proposed_handover": "Proposed a handover of cases",
    "refused_handover": "Refused a handover of cases",
    "handed_over_cases": "Handed cases over to another organisation",
    "read_handover": "Read a handover", "listed_handovers": "Read the list of handovers",
    "broke_glass": "Opened the case in an emergency", "tried_emergency": "Tried to open a case in an emergency",
    "read_emergency_page": "Read the page of emergency sight",
    "listed_emergencies": "Read the list of emergency sights",
    "read_emergency": "Read an emergency sight in order to review it",
    "reviewed_emergency": "Reviewed an emergency sight", "ended_emergency": "Ended an emergency sight",
    # People
    "recorded_person": "Made a person’s record", "read_person": "Read the person’s record",
    "changed_person": "Changed the person’s record", "added_name": "Added a name",
    "added_identifier": "Added a number that says who they are", "undid_change": "Took a change back",
    "ended_fact": "Wrote down that something is no longer so", "restored_fact": "Put a fact back",
    "added_contact_detail": "Added a way to reach them", "changed_contact_detail": "Changed a way to reach them",
    "read_code_word": "Read a code word", "added_address": "Added an address",
    "sealed_address": "Wrote down a sealed address", "read_sealed_address": "Read a sealed address",
    "recorded_immigration": "Wrote down immigration status", "read_immigration": "Read immigration status",
    "shared_immigration": "Shared immigration status", "unshared_immigration": "Stopped sharing immigration status",
    "recorded_equality": "Wrote down answers about equality",
    "answered_equality": "Answered questions about equality",
    "added_to_household": "Added somebody to a household",
    "took_out_of_household": "Took somebody out of a household",
    "related_people": "Wrote down how two people are related",
    "recorded_knows_place": "Wrote down who knows the place",
    "recorded_claim": "Wrote down a claim of harm", "disputed_claim": "Wrote down that a claim of harm is disputed",
    "corrected_claim": "Corrected a claim of harm", "reinstated_claim": "Put a claim of harm back",
    "read_claims": "Read claims of harm", "read_notice": "Read a notice of a correction",
    "listed_notices": "Read the list of corrections", "linked_people": "Linked two records of one person",
    "unlinked_people": "Took the link of two records back",
    "looked_for_duplicates": "Looked for records of the same person",
    "searched_people": "Searched for somebody", "checked_index": "Asked whether somebody is known",
    "was_limited": "Asked too often whether somebody is known",
    "reviewed_index_checks": "Reviewed who asked the index",
    "declared_known": "Said that they know somebody privately",
    "asked_declaration_back": "Asked to take back that they know somebody",
    "took_declaration_back": "Took back that a colleague knows somebody",
    "kept_declaration": "Kept that a colleague knows somebody", "set_wall": "Set a wall", "kept_wall": "Kept a wall",
    "unkept_wall": "Took back that a wall is kept", "lifted_wall": "Lifted a wall",
    "restored_wall": "Put a wall back",
    "listed_walls": "Read the list of walls",
    # Risk
    "read_risk": "Read the risk", "began_assessment": "Began a risk assessment",
    "opened_assessment": "Opened a risk assessment to write", "answered_assessment": "Answered a risk assessment",
    "finished_assessment": "Finished a risk assessment", "withdrew_assessment": "Withdrew a risk assessment",
    "read_assessment": "Read a risk assessment", "compared_assessments": "Compared risk assessments",
    "read_demand": "Read what an assessment asks for", "answered_demand": "Answered what an assessment asks for",
    "recorded_incident": "Wrote down an incident", "corrected_incident": "Corrected an incident",
    "withdrew_incident": "Withdrew an incident", "read_incident": "Read an incident",
    "set_risk_thresholds": "Changed when a risk is high", "began_safety_plan": "Began a safety plan",
    "opened_safety_plan": "Opened a safety plan to write", "read_safety_plan": "Read a safety plan",
    "read_safety_plans": "Read the safety plans", "changed_safety_plan": "Changed a safety plan",
    "reviewed_safety_plan": "Went through a safety plan again", "printed_safety_plan": "Printed a safety plan",
    "gave_plan_copy": "Gave a copy of a safety plan", "added_plan_step": "Added a step to a safety plan",
    "opened_plan_step": "Opened a step of a safety plan", "marked_plan_step": "Marked a step of a safety plan",
    "ended_plan_step": "Took a step out of a safety plan", "restored_plan_step": "Put a step of a safety plan back",
    # The front door
    "received_contact": "Sent or took a contact", "read_contact": "Read a contact",
    "corrected_contact": "Corrected a contact",
    "listed_contacts": "Read a list of contacts", "found_contact": "Looked for a contact by its reference",
    "took_contact": "Took a contact", "released_contact": "Put a contact back into the queue",
    "freed_contact": "Put back a contact whose worker has left",
    "assigned_contact": "Gave a contact to a colleague", "logged_attempt": "Wrote down a try to reach them",
    "took_attempt_back": "Took back a try that was written down by mistake",
    "read_told": "Read what was told before the case",
    "listed_same_names": "Read which users have the name of somebody said to cause harm",
    "looked_at_same_name": "Said whether a user is somebody said to cause harm",
    "unlooked_at_same_name": "Took back what was said of a user’s name",
    "decided_contact": "Decided about a contact", "undid_decision": "Took a decision about a contact back",
    "accepted_offer": "Accepted what was handed on", "returned_offer": "Returned what was handed on",
    "withdrew_offer": "Withdrew what was handed on", "opened_receipt": "Opened a receipt",
    "listed_receipts": "Read their own referrals", "counted_contacts": "Counted contacts",
    "exported_counts": "Exported counts", "read_targets": "Read the targets", "set_target": "Set a target",
    "withdrew_target": "Withdrew a target",
    # MARAC: maracs, seats, meetings
    "added_marac": "Added a MARAC", "changed_marac": "Changed a MARAC",
    "switched_marac": "Switched a MARAC on or off",
    "read_marac": "Read the MARAC’s first page", "opened_marac": "Opened a MARAC",
    "added_marac_agency": "Added an agency to a MARAC", "changed_marac_agency": "Changed an agency of a MARAC",
    "ended_marac_agency": "Ended an agency’s part in a MARAC",
    "restored_marac_agency": "Put an agency of a MARAC back",
    "gave_marac_seat": "Gave somebody a seat at a MARAC", "ended_marac_seat": "Ended a seat at a MARAC",
    "planned_meetings": "Planned meetings", "moved_meeting": "Moved a meeting",
    "cancelled_meeting": "Cancelled a meeting",
    "restored_meeting": "Put a meeting back", "listed_meetings": "Read the list of meetings",
    "read_meeting": "Read a meeting",
    "opened_meeting_form": "Opened a meeting to change it", "opened_meeting": "Opened the meeting",
    "ended_meeting": "Ended the meeting", "accepted_confidentiality": "Accepted the confidentiality of a meeting",
    "wrote_attendance": "Wrote down who attended", "read_attendance": "Read who attended",
    "read_meeting_screen": "Read the screen of a meeting", "wrote_other_business": "Wrote down other business",
    # MARAC: referrals, agenda, research
    "opened_marac_referral_form": "Opened a referral to a MARAC to write",
    "previewed_marac_referral": "Looked through a referral to a MARAC before sending",
    "referred_to_marac": "Referred the case to a MARAC", "read_marac_referral": "Read a referral to a MARAC",
    "listed_marac_referrals": "Read a list of referrals to a MARAC",
    "accepted_marac_referral": "Accepted a referral to a MARAC",
    "returned_marac_referral": "Returned a referral to a MARAC",
    "sent_marac_referral_again": "Sent a referral to a MARAC again",
    "withdrew_marac_referral": "Withdrew a referral to a MARAC",
    "read_case_at_marac": "Read what a MARAC has of the case",
    "built_agenda": "Built an agenda", "ordered_agenda": "Changed the order of an agenda",
    "set_item_minutes": "Set the minutes for a case on an agenda",
    "put_off_item": "Put a case off to a later meeting",
    "withdrew_item": "Took a case off an agenda", "put_item_back": "Put a case back on an agenda",
    "circulated_agenda": "Sent an agenda round", "read_agenda": "Read an agenda on which the case stands",
    "printed_agenda": "Printed an agenda", "read_item": "Read a case on an agenda",
    "asked_referrers": "Asked referrers for what the return needs", "told_return": "Answered what the return needs",
    "opened_return_questions": "Opened what the return needs", "listed_research": "Read a list of research to return",
    "opened_research": "Opened their own research", "wrote_research": "Wrote research",
    "returned_research": "Returned research",
    "shared_research": "Shared research in the meeting", "kept_research": "Kept research to their own agency",
    "chased_research": "Asked an agency for its research again",
    "read_returns": "Read which agencies returned research",
    "put_on_daily_list": "Put a case on the daily meeting’s list",
    "put_contact_on_daily_list": "Put a contact on the daily meeting’s list",
    "listed_daily": "Read the daily meeting’s list",
    # MARAC: minutes, actions, what follows
    "went_to_item": "Went to a case in the meeting", "opened_minutes": "Opened the minutes of a case to write",
    "wrote_minute": "Wrote a minute", "corrected_minute": "Corrected a minute",
    "took_out_minute": "Took a minute out",
    "put_minute_back": "Put a minute back", "withheld_minute": "Kept a minute from an agency",
    "agreed_risk": "Agreed the risk in the meeting", "heard_item": "Heard the case in the meeting",
    "unmarked_heard": "Took back that a case was heard", "published_minutes": "Published the minutes",
    "read_minutes": "Read the minutes of a meeting", "took_minutes": "Took a copy of minutes",
    "read_merged_story": "Read what all agencies know, in one story",
    "added_marac_action": "Agreed an action for an agency",
    "changed_marac_action": "Changed an action of a MARAC", "answered_marac_action": "Answered an action of a MARAC",
    "chased_marac_action": "Asked for an action of a MARAC again", "read_marac_action": "Read an action of a MARAC",
    "listed_marac_actions": "Read a list of actions of a MARAC", "ended_marac_flag": "Ended a MARAC’s flag",
    "restored_marac_flag": "Put a MARAC’s flag back", "read_marac_flag": "Read a MARAC’s flag",
    "listed_marac_flags": "Read a list of a MARAC’s flags", "made_marac_letter": "Made a letter of a MARAC",
    "opened_marac_letter": "Opened a letter of a MARAC to write", "read_marac_letter": "Read a letter of a MARAC",
    "downloaded_marac_letter": "Took a copy of a letter of a MARAC",
    "opened_marac_transfer": "Opened a transfer to another MARAC",
    "sent_marac_transfer": "Sent the case to another MARAC",
    "answered_marac_transfer": "Wrote down another MARAC’s answer",
    "listed_marac_transfers": "Read a list of transfers to other MARACs", "counted_marac": "Counted a MARAC’s cases",
    "counted_marac_parts": "Counted what agencies did at a MARAC", "read_marac_return": "Read a MARAC’s return",
    "sent_marac_return": "Sent a MARAC’s return", "exported_marac_return": "Exported a MARAC’s return",
    "exported_marac_year": "Exported a MARAC’s year",
    "listed_causing_harm": "Read a list of who is said to cause harm",
    "read_causing_harm": "Read about somebody said to cause harm",
}  # fmt: skip

# Apart from the others: on paper each of them would say that somebody is in a safe place, or goes to one.
PLACES: dict[str, str] = {
    # Safe places: sites, needs, asks, stays
    "joined_scheme": "Joined the list of safe places", "left_scheme": "Left the list of safe places",
    "named_place_team": "Named the team that answers for safe places", "opened_site": "Added a site",
    "changed_site": "Changed a site", "closed_site": "Closed a site", "read_site": "Read about a site",
    "set_site_address": "Wrote down the sealed address of a site", "added_space": "Added a space",
    "changed_space": "Changed a space", "closed_space": "Closed a space", "stated_free": "Said what is free",
    "took_space_out_of_use": "Took a space out of use", "brought_space_back": "Brought a space back into use",
    "counted_places": "Counted safe places", "opened_need": "Began to look for a safe place",
    "changed_need": "Changed what is looked for",
    "added_need_area": "Added an area that is not safe, or is wished for",
    "took_out_need_area": "Took an area out of what is looked for", "ended_need": "Ended the look for a safe place",
    "read_need": "Read what is looked for", "took_next_step": "Wrote down a next step",
    "looked_again": "Looked for a place again", "searched_spaces": "Searched for a safe place",
    "listed_looked_for": "Read a list of who looks for a place",
    "listed_waiting": "Read who waits for a place, without names",
    "asked_for_space": "Asked for a space", "can_talk": "Said that there can be a talk",
    "shared_for_place": "Shared the case for a place",
    "offered_space": "Offered a space", "accepted_space": "Accepted a space", "declined_offer": "Declined a space",
    "refused_ask": "Had no room for them", "withdrew_ask": "Withdrew an ask for a space",
    "read_ask": "Read an ask for a space", "listed_asks": "Read a list of asks for a space",
    "asked_to_look_again": "Asked to look for a place again", "suggested_place": "Suggested a place",
    "turned_down_proposed_place": "Turned down a proposed place",
    "took_back_proposed_place": "Took back a proposed place",
    "answered_suggestion": "Answered a suggested place",
    "asked_for_proposal": "Asked for a proposal of who could go where",
    "worked_out_proposal": "Worked out a proposal of who could go where",
    "read_proposal": "Read a proposal of who could go where",
    "listed_proposals": "Read the list of proposals", "changed_match_rules": "Changed the rules of the match",
    "arrived": "Wrote down that they arrived", "did_not_arrive": "Wrote down that they did not arrive",
    "signed_licence": "Wrote down that the licence is signed",
    "wrote_stay_event": "Wrote down what happened in a stay",
    "moved_within": "Moved them within the house", "added_resident": "Added somebody to a stay",
    "resident_left": "Wrote down that somebody left a stay", "set_charge": "Set a charge of a stay",
    "recorded_payment": "Wrote down a payment", "set_benefit": "Wrote down a benefit",
    "planned_move_on": "Planned the move on",
    "ended_stay": "Ended a stay", "began_move": "Began to look for a next place",
    "moved_on": "Wrote down that they moved on",
    "came_back": "Wrote down that they came back", "resettled": "Wrote down support after a stay",
    "read_stay": "Read a stay",
    "listed_stays": "Read a list of stays", "listed_history": "Read who stayed at a site",
    "listed_incidents": "Read a list of what happened in a house",
    "listed_move_on": "Read a list of who waits to move on",
    "listed_move_on_anywhere": "Counted who waits to move on", "made_stay_letter": "Made a letter about a stay",
    # Safe at home, secure homes
    "referred_sanctuary": "Asked to make their home safe", "surveyed_home": "Wrote down a survey of the home",
    "ordered_work": "Ordered work on the home", "works_done": "Wrote down that work is done",
    "tested_home": "Wrote down a test of the home",
    "reviewed_home": "Wrote down whether the home is still safe", "ended_sanctuary": "Ended the work on a safe home",
    "read_sanctuary": "Read about making their home safe", "listed_sanctuaries": "Read a list of homes made safe",
    "made_sanctuary_letter": "Made a letter about a safe home",
    "joined_reciprocal": "Joined the exchange of secure homes",
    "left_reciprocal": "Left the exchange of secure homes", "pledged_home": "Pledged a home",
    "changed_pledged_home": "Changed a pledged home", "withdrew_pledged_home": "Withdrew a pledged home",
    "set_reciprocal_rules": "Changed the rules of the exchange",
    "registered_mover": "Put them forward for a secure home",
    "changed_mover": "Changed what they need of a secure home", "withdrew_mover": "Withdrew them from the exchange",
    "answered_secure_home": "Answered an offered secure home",
    "moved_to_secure_home": "Wrote down a move to a secure home",
    "read_mover": "Read about a secure home for them",
    "listed_movers": "Read who waits for a secure home, without names",
    "began_run": "Began a run of the exchange", "stopped_run": "Stopped a run of the exchange",
    "read_run": "Read a run of the exchange",
    "answered_move_part": "Answered a landlord’s part of a move",
    "read_move_part": "Read a landlord’s part of a move",
    "listed_ledger": "Read the ledger of homes",
}  # fmt: skip
ACTIONS |= PLACES

# What leaves the system on paper or as a file.
EXPORTS = (
    "printed_case", "printed_safety_plan", "gave_plan_copy", "read_document", "exported_counts", "made_stay_letter",
    "made_sanctuary_letter", "printed_agenda", "took_minutes", "made_marac_letter", "downloaded_marac_letter",
    "exported_marac_return", "exported_marac_year", "read_log_answer",
)  # fmt: skip
EMERGENCY = (
    "broke_glass", "tried_emergency", "read_emergency_page", "listed_emergencies", "read_emergency",
    "reviewed_emergency", "ended_emergency",
)  # fmt: skip
SIGN_IN = (
    "added_user", "offered_membership", "accepted_membership", "declined_membership", "changed_membership",
    "ended_membership", "restored_membership", "reset_sign_in", "accepted_invitation",
    "invited_again", "changed_account",
)  # fmt: skip
# Whom a record is kept from is told to nobody: not to who is walled, nor on paper that they might get to read.
ABOUT_WALLS = (
    "declared_known", "asked_declaration_back", "took_declaration_back", "kept_declaration", "set_wall", "kept_wall",
    "unkept_wall", "lifted_wall", "restored_wall", "listed_walls", "looked_at_same_name", "unlooked_at_same_name",
)  # fmt: skip

# Paper is found by others: it does not say that somebody is in hiding or goes there, nor that there is a word to know
# them by. Of what is done for a safe place it says that somebody worked with the record, and not which service.
_ON_PAPER = {
    "read_sealed_address": "Read an address", "sealed_address": "Wrote down an address",
    "read_code_word": "Read a way to reach them",
}  # fmt: skip

SUBJECTS: dict[str, str] = {
    "user": "A colleague", "organisation": "An organisation", "team": "A team", "api_key": "A key", "route": "A page",
    "identity_provider": "An agency’s sign-on", "log": "The log", "partnership": "The partnership",
    "routing_rule": "A routing rule", "service": "A service", "case": "A case", "document": "A document",
    "breakglass": "An emergency sight", "handover": "A handover", "note": "A note", "task": "A task",
    "involvement": "A share of a case", "index_check": "The index", "contact_detail": "A way to reach somebody",
    "person": "A person", "person_name": "A name", "identifier": "A number of a person",
    "equality": "Answers about equality", "relationship": "A relationship", "knows_place": "Who knows the place",
    "harm_claim": "A claim of harm", "claim_notice": "A notice of a correction", "person_link": "Two records",
    "address": "An address", "sealed_address": "A sealed address", "immigration_status": "Immigration status",
    "household": "A household", "household_member": "A household",
    "wall_declaration": "Somebody whom a colleague knows",
    "wall": "A wall", "assessment": "A risk assessment", "demand": "What an assessment asks for",
    "incident": "An incident", "risk_settings": "Settings of risk", "safety_plan": "A safety plan",
    "run": "A run of the exchange", "move_part": "A landlord’s part of a move", "proposal": "A proposal",
    "need": "A look for a safe place", "ask": "An ask for a space",
    "accommodation_provider": "A provider of safe places",
    "match_rules": "The rules of the match", "mover": "Somebody put forward for a secure home", "stay": "A stay",
    "site": "A site", "space": "A space", "landlord": "A landlord", "pledged_home": "A pledged home",
    "reciprocal_rules": "The rules of the exchange", "sanctuary": "A home to be made safe",
    "proposed_place": "A proposed place", "accommodation": "Safe places", "ledger_line": "The ledger of homes",
    "contact": "A contact", "offer": "A contact that is handed on", "same_name": "A user of the same name",
    "target": "A target", "receipt": "A receipt",
    "meeting": "A meeting", "marac_item": "A case on an agenda", "marac": "A MARAC",
    "marac_referral": "A referral to a MARAC", "marac_flag": "A MARAC’s flag", "marac_action": "An action of a MARAC",
    "marac_letter": "A letter of a MARAC", "minute_line": "A minute", "research": "Research for a MARAC",
    "marac_transfer": "A transfer between MARACs", "today": "Today’s list",
    # Facts of a person that were ended or put back are named by what they are
    "name": "A name", "sealed": "A sealed address", "immigration": "Immigration status", "knows": "Who knows the place",
}  # fmt: skip

_HIDDEN = ("", "")  # a number or a hash that tells a reader nothing: it is for holding entries together
ORGANISATION, COLLEAGUE = "organisation", "user"
_YES, _NUMBER, _DAY, _PLAIN = "yes", "number", "day", "plain"

# How each detail is said: the words before it, and what its value is (one of the above, or a code list). Where one name
# means different things, it stands with its action.
DETAILS: dict[str, tuple[str, str]] = {
    "organisation": ("Organisation", ORGANISATION), "roles": ("Roles", _PLAIN), "before": ("Roles before", _PLAIN),
    "after": ("Roles after", _PLAIN), "active": ("In use", _YES), "scopes": ("It may", _PLAIN),
    "route": ("Page", _PLAIN),
    "received_contact.route": ("Door", "contact_route"), "status": ("Answer", _PLAIN),
    "was_refused.status": _HIDDEN, "listed_cases.status": ("Status", "case_status"),
    "answered_marac_action.status": ("Answer", "marac_action"),
    "wrote_attendance.status": ("Answer", "marac_attendance"),
    "passed": ("It worked", _YES), "accounts": ("Accounts", _NUMBER), "access_point": ("Access point", ORGANISATION),
    "holds": ("Takes contacts", _YES), "service": _HIDDEN, "fields": ("Changed", _PLAIN), "to": ("To", ORGANISATION),
    "assigned_contact.to": ("To", COLLEAGUE), "moved_meeting.to": ("To", _DAY),
    "moved_rule.to": ("To place", _NUMBER),
    "ordered_agenda.to": ("To place", _NUMBER), "until": ("Until", _DAY), "from": ("From", _DAY),
    "opened_child_case.from": _HIDDEN, "withheld_minute.from": ("From", ORGANISATION), "reason": ("Reason", _PLAIN),
    "closed_case.reason": ("Reason", "closing_reason"), "returned_offer.reason": ("Reason", "return_reason"),
    "returned_share.reason": ("Reason", "return_reason"), "took_space_out_of_use.reason": ("Reason", "void_reason"),
    "refused_ask.reason": ("Reason", "ask_refused"), "declined_offer.reason": ("Reason", "ask_declined"),
    "changed": ("Changed", _PLAIN), "size": ("Bytes", _NUMBER), "outcome": ("Outcome", _PLAIN),
    "decided_contact.outcome": ("Outcome", "contact_outcome"),
    "they": ("They got in touch", _YES), "attempt": _HIDDEN, "same": ("It is them", _YES), "contacts": _HIDDEN,
    "logged_attempt.outcome": ("Outcome", "attempt_outcome"),
    "ended": ("Ended", _YES), "reference": _HIDDEN, "worker": ("Worker", COLLEAGUE), "team": _HIDDEN,
    "kind": ("Kind", _PLAIN), "added_note.kind": ("Kind", "note_kind"),
    "added_identifier.kind": ("Kind", "identifier_kind"),
    "added_contact_detail.kind": ("Kind", "contact_kind"), "added_name.kind": ("Kind", "name_kind"),
    "related_people.kind": ("Relationship", "relationship"), "added_marac_agency.kind": ("Kind", "marac_agency"),
    "changed_marac_agency.kind": ("Kind", "marac_agency"), "set_charge.kind": ("Kind", "charge_kind"),
    "took_next_step.kind": ("Step", "no_room_step"), "wrote_stay_event.kind": ("Kind", "stay_event"),
    "wrote_minute.kind": ("Kind", "marac_line"), "version": ("Version", _NUMBER), "part": ("Part", "part_in_case"),
    "gave_marac_seat.part": ("Part", "marac_part"), "ended_marac_seat.part": ("Part", "marac_part"), "with": _HIDDEN,
    "named": ("Named colleagues", COLLEAGUE), "scope": ("How much", "scope"),
    "basis": ("Lawful basis", "lawful_basis"),
    "told": ("Told", "told"), "share": _HIDDEN, "agreed": ("They agreed", _YES), "whose": ("Whose", _PLAIN),
    "asked": _HIDDEN, "circulated_agenda.asked": ("Agencies asked", _NUMBER), "about": ("Asked about", "side"),
    "answers": ("Answers", _PLAIN), "was_error": ("It was never so", _YES), "instead_of": _HIDDEN,
    "answer": ("Answer", _PLAIN),
    "recorded_knows_place.answer": ("Answer", "knows_place"), "user": ("Colleague", COLLEAGUE),
    "days": ("Days", _NUMBER),
    "text": _HIDDEN, "by": _HIDDEN, "page": ("Page", _PLAIN), "lifted": ("Lifted ones", _YES),
    "instrument": ("With", _PLAIN),
    "items": ("Questions", _PLAIN), "cancelled_meeting.items": ("Cases", _NUMBER),
    "chased_research.items": ("Cases", _NUMBER),
    "circulated_agenda.items": ("Cases", _NUMBER), "restored_meeting.items": ("Cases", _NUMBER),
    "level": ("Risk", "risk_level"), "criteria": ("Because of", "risk_criterion"),
    "kinds": ("Kinds of abuse", "abuse_kind"),
    "done": ("Done", _YES), "copy": ("Copy", "plan_copy"), "form": ("Form", _PLAIN),
    "gave_plan_copy.form": ("Form", "plan_copy"),
    "counted_places.form": ("Kind", "accommodation_form"), "exported_counts.form": ("Kind", "accommodation_form"),
    "stay": _HIDDEN, "why": ("Why", _PLAIN), "did_not_arrive.why": ("Why", "not_arrived"),
    "ended_need.why": ("Why", "need_ended"),
    "safe": ("Still safe", "still_safe"), "fits": ("Spaces that fit", _NUMBER), "planned": ("Planned", _YES),
    "households": ("Households", _NUMBER), "since": ("From", _DAY), "address": ("With the address", _YES),
    "street": ("With the street", _YES), "risk": ("Risk", "risk_level"), "promise": ("Promise", _PLAIN),
    "how": ("How", "attempt_how"), "outside": ("Outside the safe times", _YES), "again": ("To be tried again", _YES),
    "found": ("Found", _YES), "children": ("Children", _NUMBER), "added": ("Added", _NUMBER),
    "waiting": ("Left", _NUMBER),
    "item": _HIDDEN, "minutes": ("Minutes", _NUMBER), "notices": ("Notices sent", _NUMBER), "due_on": ("Due", _DAY),
    "researches": ("Does research", _YES), "marac": _HIDDEN, "replaces": _HIDDEN, "actions": ("Actions", _NUMBER),
    "repeat": ("A repeat", _YES), "late": ("Late", _YES), "entries": ("Entries", _NUMBER),
    "kept": ("Those of before are kept", _YES), "agendas": ("Agendas", _NUMBER), "lines": ("Lines", _NUMBER),
    "known": ("Known", "marac_known"), "opened": ("Cases opened to them", _NUMBER),
    "closed": ("Cases closed to them", _NUMBER),
    "sent": ("Sent", "marac_sent"), "set": ("The whole set", _YES), "names": ("With names", _YES),
}  # fmt: skip
_SILENT = frozenset({"read_today"})  # its details are counts of every section


def did(action: str) -> str:
    """What somebody did, in words."""
    return ACTIONS.get(action, "Did something that has no name any more")


def did_on_paper(action: str) -> str:
    """The same for a printed answer."""
    return "Worked with your record" if action in PLACES else _ON_PAPER.get(action) or did(action)


def about(kind: str) -> str:
    """What it was done to, in words."""
    return SUBJECTS.get(kind, "Something")


def _how(action: str, name: str) -> tuple[str, str]:
    return DETAILS.get(f"{action}.{name}") or DETAILS.get(name) or _HIDDEN


def named_in(action: str, detail: Mapping[str, Any], kind: str) -> set[int]:
    """The organisations or colleagues whose names an entry's details need."""
    found = [value for name, value in detail.items() if _how(action, name)[1] == kind]
    return {int(one) for value in found for one in _many(value) if str(one).isdecimal()}


def details(action: str, detail: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    """The details of an entry in words; `names` are those of `named_in`. What tells nothing is left out."""
    found = []
    for name, value in detail.items():
        words, kind = _how(action, name)
        if words and action not in _SILENT and value not in (None, "", [], {}):
            said = ", ".join(filter(None, (_said(kind, one, names) for one in _many(value))))
            if said:
                found.append(f"{words}: {said}")
    return found


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | dict) else [value]


def _said(kind: str, value: Any, names: Mapping[int, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in (ORGANISATION, COLLEAGUE):
        return names.get(int(value), "") if str(value).isdecimal() else ""
    if kind == _DAY:
        return _day(str(value))
    return label(kind, str(value)).replace("_", " ")


def _day(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{found.day} {found:%B %Y}"

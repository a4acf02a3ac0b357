-- What a meeting does that no single row policy can say.

-- Something that screens of a meeting show has changed. Raised by whoever takes part: a number, and nothing else.
CREATE OR REPLACE FUNCTION marac_tick(which bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE marac_meeting SET tick = tick + 1 WHERE id = which AND marac_may_attend(which)
$$;

-- Who brings an item speaks for whom it is about, while the meeting is open.
CREATE OR REPLACE FUNCTION marac_gives_voice(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
     WHERE i.id = which AND m.status = 'open' AND i.status = 'listed' AND i.brought_by_id = acting_user()
       AND i.brought_for_id = acting_organisation() AND cases_acting_sees(i.case_id, 2))
$$;

-- A line of the table's in the story of the case, for those who see its risk. The table itself may not write there:
-- it has sight of a summary only. So it is written here, for what the table did and in its name.
CREATE OR REPLACE FUNCTION marac_tell_case(of_item bigint, words text, more text, about bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  i marac_item;
BEGIN
  SELECT * INTO i FROM marac_item WHERE id = of_item;
  IF NOT (marac_arranges_item(of_item) OR EXISTS (
            SELECT FROM marac_maracaction a WHERE a.item_id = of_item
               AND marac_owns_action(a.organisation_id, a.owner_id, a.case_id))) THEN
    RETURN false;
  END IF;
  INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
      organisation_id, scope, needs_risk, needs_address, own_organisation)
  VALUES (new_id(), i.case_id, now(), true, 'risk', left(words, 200), left(more, 1000), 'marac_item', about,
      (SELECT name FROM access_user WHERE id = acting_user()), acting_organisation(), 3, true, false, false);
  RETURN true;
END $$;

-- How many people of an agenda are harmed in one item and said to cause harm in another: for who arranges the meeting,
-- a number. Which, and that one record leads to the other, is never told.
CREATE OR REPLACE FUNCTION marac_heard_apart(which bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(DISTINCT i.person_id)::integer
    FROM marac_item i
    JOIN marac_meeting m ON m.id = i.meeting_id AND m.marac_id = ANY (marac_arranges())
   WHERE i.meeting_id = which AND i.status = 'listed' AND cases_acting_sees(i.case_id, 2)
     AND EXISTS (
       SELECT FROM marac_same(i.person_id) s
         JOIN cases_caseperson h ON h.person_id = s.person AND h.part = 'said_to_cause_harm' AND h.ended_at IS NULL
         JOIN marac_item o ON o.case_id = h.case_id AND o.meeting_id = i.meeting_id AND o.id <> i.id
          AND o.status = 'listed' AND cases_acting_sees(o.case_id, 2))
$$;

-- Whom to remind today: who has an action that is due soon or overdue, or research that is due tomorrow. Numbers of
-- users, for the nightly job alone. An action without a named owner is its agency's: whoever sits there for it.
CREATE OR REPLACE FUNCTION marac_to_remind() RETURNS TABLE (user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT a.owner_id FROM marac_maracaction a
   WHERE acting_role('job:marac_reminders') AND a.status = 'open' AND a.owner_id IS NOT NULL
     AND a.due_on <= current_date + 2
  UNION
  SELECT s.user_id FROM marac_maracaction a
    JOIN marac_item i ON i.id = a.item_id JOIN marac_meeting m ON m.id = i.meeting_id
    JOIN marac_seat s ON s.marac_id = m.marac_id AND s.organisation_id = a.organisation_id AND s.ended_at IS NULL
   WHERE acting_role('job:marac_reminders') AND a.status = 'open' AND a.owner_id IS NULL
     AND a.due_on <= current_date + 2
  UNION
  SELECT s.user_id FROM marac_research r
    JOIN marac_item i ON i.id = r.item_id AND i.status = 'listed'
    JOIN marac_meeting m ON m.id = i.meeting_id AND m.status = 'circulated'
    JOIN marac_seat s ON s.marac_id = m.marac_id AND s.organisation_id = r.organisation_id AND s.ended_at IS NULL
   WHERE acting_role('job:marac_reminders') AND r.returned_at IS NULL
     AND m.research_due_at BETWEEN now() - interval '7 days' AND now() + interval '1 day'
$$;

-- Another agency's row of research is the chair's to see; what was shared of it is the table's. So whether somebody
-- takes part in the item of a piece of research is answered here, past the policy of the row itself; sight of the case is
-- asked by the policy. Shared is shared in the meeting: before it has begun nothing is.
CREATE OR REPLACE FUNCTION marac_reads_shared(which bigint, of_case bigint, seats bigint[], arranging bigint[])
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.status IN ('open', 'held', 'minuted') AND marac_has_part(r.item_id, of_case, seats, arranging)
    FROM marac_research r JOIN marac_item i ON i.id = r.item_id JOIN marac_meeting m ON m.id = i.meeting_id
   WHERE r.id = which AND r.case_id = of_case
$$;

-- Of which research something was shared on these items, for who takes part in them.
CREATE OR REPLACE FUNCTION marac_shared_research(of_items bigint[]) RETURNS TABLE (research_id bigint, item_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT r.id, r.item_id FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
    JOIN marac_research r ON r.item_id = i.id
   WHERE i.id = ANY (of_items) AND m.status IN ('open', 'held', 'minuted') AND marac_takes_part(i.id)
     AND (EXISTS (SELECT FROM marac_researchanswer a WHERE a.research_id = r.id AND a.shared_at IS NOT NULL)
          OR EXISTS (SELECT FROM marac_researchline l WHERE l.research_id = r.id AND l.shared_at IS NOT NULL))
$$;

-- A mark that changes with whatever a screen of a meeting may show to whoever asks; null for who has no part in it.
-- Screens ask for it each second, so it looks at a few rows and at nobody's sight but through the walls: those act on
-- an open screen at once, like the end of a seat. Everything else that a screen shows raises the tick.
CREATE OR REPLACE FUNCTION marac_mark(which bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.tick || '-' || m.status || '-' || (
      SELECT count(*) FROM marac_item i WHERE i.meeting_id = m.id AND i.person_id = ANY (acting_walls()))
    || '-' || (SELECT count(*) FROM marac_item i JOIN marac_referral r ON r.id = i.referral_id
                WHERE i.meeting_id = m.id AND r.status = 'withdrawn')
    FROM marac_meeting m WHERE m.id = which AND marac_may_attend(m.id)
$$;

-- The research that the reader's agency has still to return for coming meetings: where to look, by number alone. The row
-- itself is judged by its own policy when it is read; walking to it by the agenda would judge every line of the agenda.
CREATE OR REPLACE FUNCTION marac_research_due() RETURNS TABLE (meeting_id bigint, research_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 50 AS $$
  SELECT m.id, r.id FROM marac_meeting m JOIN marac_item i ON i.meeting_id = m.id AND i.status = 'listed'
    JOIN marac_research r ON r.item_id = i.id AND r.organisation_id = acting_organisation() AND r.returned_at IS NULL
   WHERE m.marac_id = ANY ((SELECT marac_seats())::bigint[]) AND m.status IN ('circulated', 'open')
     AND i.person_id <> ALL ((SELECT acting_walls())::bigint[])
$$;

-- Which actions are open past their day, at the MARACs that the reader arranges: where to look, by number alone, for the
-- same reason. Ten MARACs have twelve thousand items behind them, and some two hundred of these.
CREATE OR REPLACE FUNCTION marac_overdue(before date) RETURNS TABLE (marac_id bigint, item_id bigint, action_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 50 AS $$
  SELECT m.marac_id, i.id, a.id FROM marac_maracaction a
    JOIN marac_item i ON i.id = a.item_id JOIN marac_meeting m ON m.id = i.meeting_id
   WHERE a.status = 'open' AND a.due_on < before AND m.marac_id = ANY ((SELECT marac_arranges())::bigint[])
     AND i.person_id <> ALL ((SELECT acting_walls())::bigint[])
$$;

-- Other cases of the same human being whom an item is about, as far as whoever takes part in it sees them anyway: for one
-- order of time out of several agencies' cases. Never a case on the other side.
CREATE OR REPLACE FUNCTION marac_same_cases(of_item bigint) RETURNS TABLE (case_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT c.id FROM marac_item i CROSS JOIN LATERAL marac_same(i.person_id) s
    JOIN cases_case c ON c.person_id = s.person AND c.id <> i.case_id AND c.side <> 'causing_harm'
   WHERE i.id = of_item AND c.partnership_id = acting_partnership() AND marac_takes_part(of_item)
     AND cases_acting_sees(c.id, 2)
$$;

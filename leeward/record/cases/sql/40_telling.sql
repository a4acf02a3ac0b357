-- A change in a person's record becomes a line in each open case that it belongs to. The web role cannot write into a
-- case that whoever acts does not see: the line would be missing just where a colleague elsewhere needs it. So this
-- function writes it, and it keeps three things apart:
--   the two sides   whoever knows somebody as one who is helped (or through a case of one who is) writes nothing into
--                   a case about changing behaviour, nor the other way round: a line would tell that the other exists;
--   the circle      a case in which the person is only named gets the line if the change was learned in that case;
--   who wrote       is said where the organisation that acts sees the whole case, and nowhere else.
-- What only one organisation may know (`ours`) is written for that organisation alone.
CREATE OR REPLACE FUNCTION cases_tell(
  persons bigint[], circles bigint[], words text, topic text, by_name text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  WITH whom AS (
    SELECT w.person, w.circle FROM unnest(persons, circles) AS w(person, circle)
     WHERE people_acting_sees(w.person, 1)
  ), mine AS (  -- on which side whoever acts knows each of them
    SELECT DISTINCT w.person, (CASE WHEN s.side = 'named' THEN subject.side ELSE s.side END) = 'causing_harm' AS changing
      FROM whom w
      JOIN people_personsight s ON s.person_id = w.person
      LEFT JOIN people_personsight subject ON s.side = 'named' AND subject.source_kind = s.source_kind
            AND subject.source_id = s.source_id AND subject.person_id = s.subject_id AND subject.side <> 'named'
     WHERE s.organisation_id = acting_organisation()
       AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
       AND (s.user_id IS NULL OR s.user_id = acting_user())
       AND (s.until IS NULL OR s.until > now())
       AND s.subject_id <> ALL (acting_walls())
  ), told AS (
    SELECT c.id, c.person_id AS person, '' AS part
      FROM mine m JOIN cases_case c ON c.person_id = m.person AND (c.side = 'causing_harm') = m.changing
     WHERE c.status <> 'closed'
    UNION ALL
    SELECT c.id, p.person_id, p.part
      FROM whom w
      JOIN cases_caseperson p ON p.person_id = w.person AND p.ended_at IS NULL AND p.case_id = w.circle
      JOIN cases_case c ON c.id = p.case_id AND c.status <> 'closed'
  ), seen AS (  -- one line a case, about whom it is about where it is about several
    SELECT DISTINCT ON (t.id) t.id, t.person, t.part, EXISTS (
        SELECT FROM cases_casesight s
         WHERE s.case_id = t.id AND s.scope >= 3 AND s.organisation_id = acting_organisation()
           AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
           AND (s.user_id IS NULL OR s.user_id = acting_user())
           AND (s.until IS NULL OR s.until > now())
           AND s.person_id <> ALL (acting_walls())) AS by_us
      FROM told t
     ORDER BY t.id, t.part <> '', t.person
  ), line AS (
    SELECT s.*, lower(left(words, 1)) || substr(words, 2) AS tail FROM seen s
     WHERE s.by_us OR (s.part = '' AND topic <> 'ours')
  )
  INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
      organisation_id, scope, needs_risk, needs_address, own_organisation)
  SELECT new_id(), l.id, clock_timestamp(), true, CASE topic WHEN 'harm' THEN 'harm' WHEN 'home' THEN 'home' ELSE 'person' END,
         left(CASE l.part WHEN '' THEN words WHEN 'child' THEN 'Child: ' || l.tail WHEN 'carer' THEN 'Carer: ' || l.tail
                ELSE 'Somebody else in the case: ' || l.tail END, 200),
         '', 'person', l.person, CASE WHEN l.by_us THEN left(by_name, 120) ELSE '' END,
         CASE WHEN l.by_us THEN acting_organisation() END, 3, false, topic = 'home', topic = 'ours'
    FROM line l
$$;

-- For the copies of minutes that a chair makes for agencies: which of these items are not for whom. An agency's copy is
-- read by whoever sits there for it, so an item is not in it where one of them is walled from anybody whom it is about or
-- who is known in its case, or where the case is restricted and one of them is not named. An agency and an item: neither
-- who of them, nor why.
CREATE OR REPLACE FUNCTION marac_not_for_agencies(of_items bigint[]) RETURNS TABLE (organisation_id bigint, item_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH item AS MATERIALIZED (
    SELECT i.id, i.case_id, i.person_id, m.marac_id, c.is_restricted
      FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id JOIN cases_case c ON c.id = i.case_id
     WHERE i.id = ANY (of_items) AND marac_arranges_item(i.id)
  ), about AS MATERIALIZED (
    SELECT id, marac_id, person_id FROM item
    UNION
    SELECT i.id, i.marac_id, p.person_id FROM item i
      JOIN cases_caseperson p ON p.case_id = i.case_id AND p.ended_at IS NULL
  ), walled AS MATERIALIZED (
    SELECT a.id, a.marac_id, w.user_id, w.team_id FROM about a CROSS JOIN LATERAL people_walled_from(a.person_id) w
  )
  SELECT s.organisation_id, w.id
    FROM walled w JOIN marac_seat s ON s.marac_id = w.marac_id AND s.ended_at IS NULL
   WHERE s.user_id = w.user_id OR w.team_id IN (
           SELECT t.team_id FROM access_membership m JOIN access_membership_teams t ON t.membership_id = m.id
            WHERE m.user_id = s.user_id AND m.is_active)
  UNION
  SELECT s.organisation_id, i.id
    FROM item i JOIN marac_seat s ON s.marac_id = i.marac_id AND s.ended_at IS NULL
   WHERE i.is_restricted AND NOT EXISTS (
           SELECT FROM cases_nameduser n WHERE n.case_id = i.case_id AND n.user_id = s.user_id AND n.ended_at IS NULL)
$$;

-- Which of these users may know of an item: no wall, and named where its case is restricted. An action is given to no
-- other, and nobody is told why somebody is not among those who can be chosen.
CREATE OR REPLACE FUNCTION marac_may_know(of_item bigint, users bigint[]) RETURNS TABLE (user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH walled AS MATERIALIZED (
    SELECT w.user_id, w.team_id FROM marac_item i CROSS JOIN LATERAL people_walled_from(i.person_id) w WHERE i.id = of_item
  )
  SELECT u.id FROM unnest(users) AS u (id)
   WHERE marac_arranges_item(of_item)
     AND NOT EXISTS (
       SELECT FROM walled w WHERE w.user_id = u.id OR w.team_id IN (
         SELECT t.team_id FROM access_membership m JOIN access_membership_teams t ON t.membership_id = m.id
          WHERE m.user_id = u.id AND m.is_active))
     AND NOT EXISTS (
       SELECT FROM marac_item i JOIN cases_case c ON c.id = i.case_id AND c.is_restricted
        WHERE i.id = of_item AND NOT EXISTS (
          SELECT FROM cases_nameduser n WHERE n.case_id = c.id AND n.user_id = u.id AND n.ended_at IS NULL))
$$;

-- The agencies that can act on an item: those of its table, and the one that brings it; and who of them can be named: who
-- sits there, who was there, who brings it. An agency of which nobody can be named stands by itself.
DROP FUNCTION IF EXISTS marac_could_act(bigint);
CREATE FUNCTION marac_could_act(of_item bigint)
RETURNS TABLE (organisation_id bigint, organisation text, kind text, user_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH item AS MATERIALIZED (
    SELECT i.brought_by_id, i.brought_for_id, m.id AS meeting_id, m.marac_id
      FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id WHERE i.id = of_item AND marac_arranges_item(i.id)
  ), agency AS MATERIALIZED (
    SELECT o.id, o.name, a.kind FROM item i
      JOIN marac_maracagency a ON a.marac_id = i.marac_id AND a.until_on IS NULL
      JOIN access_organisation o ON o.id = a.organisation_id
    UNION ALL
    SELECT o.id, o.name, '' FROM item i JOIN access_organisation o ON o.id = i.brought_for_id
     WHERE NOT EXISTS (SELECT FROM marac_maracagency a
                        WHERE a.marac_id = i.marac_id AND a.organisation_id = o.id AND a.until_on IS NULL)
  ), somebody AS MATERIALIZED (
    SELECT s.user_id, s.organisation_id FROM item i JOIN marac_seat s ON s.marac_id = i.marac_id AND s.ended_at IS NULL
    UNION
    SELECT a.user_id, a.organisation_id FROM item i
      JOIN marac_attendance a ON a.meeting_id = i.meeting_id AND a.status = 'present'
    UNION
    SELECT i.brought_by_id, i.brought_for_id FROM item i
  ), works AS MATERIALIZED (
    SELECT u.id, u.name, b.organisation_id FROM somebody b JOIN access_user u ON u.id = b.user_id AND u.is_active
      JOIN access_membership m ON m.user_id = u.id AND m.organisation_id = b.organisation_id AND m.is_active
  ), may AS MATERIALIZED (
    SELECT w.* FROM works w
     WHERE w.id IN (SELECT marac_may_know(of_item, (SELECT array_agg(DISTINCT k.id) FROM works k)))
  )
  SELECT g.id, g.name, g.kind, p.id, p.name FROM agency g LEFT JOIN may p ON p.organisation_id = g.id
   ORDER BY g.name, p.name, p.id
$$;

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

-- What of a person is in this room's lists without their record's number in the log: for the data protection lead.
CREATE OR REPLACE FUNCTION people_things_for_log(person bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH theirs AS (
    SELECT p.id FROM people_person p
     WHERE p.id = person AND acting_role('data_protection') AND p.partnership_id = acting_partnership()
       AND p.id <> ALL (acting_walls())
  )
  SELECT 'person', t.id FROM theirs t
  UNION ALL SELECT 'wall', w.id FROM theirs t JOIN people_wall w ON w.person_id = t.id
  UNION ALL SELECT 'claim_notice', n.id FROM theirs t JOIN people_claimnotice n ON n.person_id = t.id
$$;

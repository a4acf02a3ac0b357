-- How much of an organisation's open casework somebody has, for who administers it and sees none of it: numbers alone,
-- and none of somebody walled from who asks.
CREATE OR REPLACE FUNCTION cases_left_by(who bigint, place bigint) RETURNS TABLE (kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT 'case', count(DISTINCT s.case_id) FROM cases_casesight s
   WHERE s.lead_worker_id = who AND s.status IN ('open', 'closing') AND s.organisation_id = place AND s.is_lead
     AND acting_administers(place) AND s.person_id <> ALL (acting_walls())
  UNION ALL
  SELECT 'task', count(*) FROM cases_task t JOIN cases_case c ON c.id = t.case_id
   WHERE t.assignee_id = who AND t.status = 'open' AND t.organisation_id = place
     AND acting_administers(place) AND c.person_id <> ALL (acting_walls())
$$;

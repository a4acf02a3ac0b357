-- What of a person is about safe places and secure homes, by the log's kinds: for the data protection lead (see
-- cases/sql/50_log.sql). A site or a space is never among it.
CREATE OR REPLACE FUNCTION accommodation_things_for_log(person bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH theirs AS (
    SELECT c.id FROM cases_case c
     WHERE c.person_id = person AND acting_role('data_protection') AND c.partnership_id = acting_partnership()
       AND c.person_id <> ALL (acting_walls())
  ), mover AS (
    SELECT m.id FROM theirs t JOIN accommodation_mover m ON m.case_id = t.id
  )
  SELECT 'need', n.id FROM theirs t JOIN accommodation_need n ON n.case_id = t.id
  UNION ALL SELECT 'ask', a.id FROM theirs t JOIN accommodation_ask a ON a.case_id = t.id
  UNION ALL SELECT 'stay', s.id FROM theirs t JOIN accommodation_stay s ON s.case_id = t.id
  UNION ALL SELECT 'sanctuary', s.id FROM theirs t JOIN accommodation_sanctuary s ON s.case_id = t.id
  UNION ALL SELECT 'proposed_place', p.id FROM theirs t JOIN accommodation_need n ON n.case_id = t.id
                   JOIN accommodation_proposedplace p ON p.need_id = n.id
  UNION ALL SELECT 'mover', m.id FROM mover m
  UNION ALL SELECT 'run', v.id FROM mover m JOIN accommodation_proposedmove v ON v.mover_id = m.id
  UNION ALL SELECT 'move_part', p.id FROM mover m JOIN accommodation_movepart p ON p.own_mover_id = m.id
$$;

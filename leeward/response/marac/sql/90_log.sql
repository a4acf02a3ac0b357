-- What of a person MARACs have, by the log's kinds: for the data protection lead (see cases/sql/50_log.sql).
CREATE OR REPLACE FUNCTION marac_things_for_log(person bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH theirs AS (
    SELECT c.id FROM cases_case c
     WHERE c.person_id = person AND acting_role('data_protection') AND c.partnership_id = acting_partnership()
       AND c.person_id <> ALL (acting_walls())
  )
  SELECT 'marac_referral', r.id FROM theirs t JOIN marac_referral r ON r.case_id = t.id
  UNION ALL SELECT 'marac_item', i.id FROM theirs t JOIN marac_item i ON i.case_id = t.id
  UNION ALL SELECT 'research', r.id FROM theirs t JOIN marac_research r ON r.case_id = t.id
  UNION ALL SELECT 'minute_line', l.id FROM theirs t JOIN marac_minuteline l ON l.case_id = t.id
  UNION ALL SELECT 'marac_action', a.id FROM theirs t JOIN marac_maracaction a ON a.case_id = t.id
  UNION ALL SELECT 'marac_flag', f.id FROM theirs t JOIN marac_maracflag f ON f.case_id = t.id
  UNION ALL SELECT 'marac_transfer', x.id FROM theirs t JOIN marac_transfer x ON x.case_id = t.id
  UNION ALL SELECT 'marac_letter', l.id FROM theirs t JOIN marac_letter l ON l.case_id = t.id
$$;

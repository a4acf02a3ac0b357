-- A page of who is said to cause harm in several of a year's cases of the MARACs that whoever asks arranges: place on the
-- list, how many there are, and of each human being the records and the cases. With `only_with`: the one human being of
-- that record, also in a single case. Of thousands of items only those are judged in which somebody stands who is named
-- twice, or who may be somebody else's record too; names are read of nobody but them. What of a page is shown the row
-- policies of who asks decide once more.
-- Where he is the one who is harmed, by whichever record, that case is not about what he does to others, and from that
-- record nothing leads here.
DROP FUNCTION IF EXISTS marac_harm_hint(bigint[], timestamptz, bigint);
CREATE OR REPLACE FUNCTION marac_harm_page(tables bigint[], since timestamptz, only_with bigint, start integer, most integer)
RETURNS TABLE (place bigint, several bigint, person_id bigint, case_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE listed AS MATERIALIZED (
    SELECT DISTINCT i.case_id, i.person_id FROM marac_meeting m JOIN marac_item i ON i.meeting_id = m.id
     WHERE m.marac_id = ANY (tables) AND m.marac_id = ANY ((SELECT marac_arranges())::bigint[]) AND m.begins_at >= since
       AND i.status <> 'withdrawn' AND i.person_id <> ALL ((SELECT acting_walls())::bigint[])
  ), named AS MATERIALIZED (
    SELECT p.case_id, p.person_id FROM listed l
      JOIN cases_caseperson p ON p.case_id = l.case_id AND p.part = 'said_to_cause_harm' AND p.ended_at IS NULL
     WHERE p.person_id <> ALL ((SELECT acting_walls())::bigint[])
  ), everybody AS MATERIALIZED (
    SELECT n.person_id FROM named n UNION SELECT l.person_id FROM listed l
  ), worth AS MATERIALIZED (
    SELECT n.person_id FROM named n GROUP BY n.person_id HAVING count(*) > 1
    UNION
    SELECT e.person_id FROM everybody e WHERE e.person_id = only_with
    UNION
    SELECT unnest(ARRAY[l.first_id, l.second_id]) FROM people_personlink l
     WHERE l.undone_at IS NULL AND l.first_id IN (TABLE everybody) AND l.second_id IN (TABLE everybody)
    UNION
    SELECT unnest(array_agg(DISTINCT n.person_id)) FROM people_nameentry n
     WHERE n.birth_date IS NOT NULL AND n.person_id IN (TABLE everybody)
     GROUP BY n.given_key, n.family_key, n.birth_date HAVING count(DISTINCT n.person_id) > 1
  ), theirs AS MATERIALIZED (  -- by itself, so that sight is asked of these cases alone and not of everybody's
    SELECT n.case_id FROM named n WHERE n.person_id IN (TABLE worth)
    UNION
    SELECT l.case_id FROM listed l WHERE l.person_id IN (TABLE worth)
  ), near AS MATERIALIZED (
    SELECT t.case_id FROM theirs t WHERE cases_acting_sees(t.case_id, 2)
  ), known AS MATERIALIZED (
    SELECT n.person_id, n.case_id, l.person_id AS harmed_id FROM named n JOIN listed l ON l.case_id = n.case_id
     WHERE n.case_id IN (TABLE near) AND n.person_id IN (TABLE worth)
  ), somebody AS MATERIALIZED (
    SELECT k.person_id AS id FROM known k UNION SELECT l.person_id FROM listed l WHERE l.case_id IN (TABLE near)
  ), called AS MATERIALIZED (  -- the same name and birth date are one person; two names alone are nobody
    SELECT s.id, min(s.id) OVER (PARTITION BY n.called, n.birth_date) AS first_id
      FROM somebody s
      CROSS JOIN LATERAL (  -- one by one: the planner takes them for half of everybody, and would read all names there are
        SELECT lower(btrim(n.given || ' ' || n.family)) AS called, p.birth_date
          FROM people_person p JOIN people_personname n ON n.person_id = p.id AND NOT n.was_error
         WHERE p.id = s.id AND p.birth_date IS NOT NULL AND p.birth_precision = 'day' OFFSET 0) n
     WHERE n.called <> ''
  ), alike AS MATERIALIZED (
    SELECT c.id AS one, c.first_id AS other FROM called c WHERE c.id <> c.first_id
    UNION
    SELECT c.first_id, c.id FROM called c WHERE c.id <> c.first_id
    UNION
    SELECT x.one, x.other FROM people_personlink l
      CROSS JOIN LATERAL (VALUES (l.first_id, l.second_id), (l.second_id, l.first_id)) AS x (one, other)
     WHERE l.undone_at IS NULL AND l.first_id IN (TABLE somebody) AND l.second_id IN (TABLE somebody)
  ), reach AS (
    SELECT s.id, s.id AS other FROM somebody s
    UNION
    SELECT r.id, a.other FROM reach r JOIN alike a ON a.one = r.other
  ), human AS MATERIALIZED (
    SELECT r.id, min(r.other) AS human FROM reach r GROUP BY r.id
  ), of_him AS MATERIALIZED (
    SELECT DISTINCT h.human, k.case_id FROM known k JOIN human h ON h.id = k.person_id JOIN human v ON v.id = k.harmed_id
     WHERE v.human <> h.human
  ), ranked AS (
    SELECT o.human, row_number() OVER (ORDER BY count(*) DESC, o.human) AS place, count(*) OVER () AS several
      FROM of_him o
     WHERE only_with IS NULL
        OR o.human = (SELECT h.human FROM human h WHERE h.id = only_with AND h.id IN (SELECT k.person_id FROM known k))
     GROUP BY o.human HAVING count(*) > 1 OR only_with IS NOT NULL
  ), page AS MATERIALIZED (
    SELECT * FROM ranked ORDER BY ranked.place OFFSET start LIMIT most
  )
  SELECT p.place, p.several, k.person_id, k.case_id FROM page p
    JOIN of_him o ON o.human = p.human JOIN known k ON k.case_id = o.case_id
    JOIN human h ON h.id = k.person_id AND h.human = p.human
   ORDER BY p.place, k.case_id, k.person_id
$$;

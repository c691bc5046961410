-- A ticket is the same one in upper and lower case.

DROP INDEX event_ticket;

CREATE INDEX event_ticket ON event (lower(ticket)) WHERE ticket IS NOT NULL;

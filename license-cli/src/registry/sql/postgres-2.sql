-- A ticket is the same one in upper and lower case, whatever the server's language is.

DROP INDEX event_ticket;

CREATE INDEX event_ticket ON event (lower(ticket COLLATE "C")) WHERE ticket IS NOT NULL;

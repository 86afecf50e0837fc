-- A reaction waits behind those of its own lane only. Which lane that is, policies say; what is open now is told here.
ALTER TABLE daybook.reactions
    ADD COLUMN lane   text NOT NULL COLLATE "C" DEFAULT 'common',
    -- The shared reaction that tells of this one too, which is done by that.
    ADD COLUMN digest uuid;
UPDATE daybook.reactions SET lane = CASE WHEN kind LIKE 'mail\_%' THEN 'mail' ELSE 'money' END
WHERE state IN ('pending', 'running', 'parked') AND kind IN ('mail_claim_approved', 'mail_claim_denied',
    'schedule_payment', 'submit_payment', 'follow_payment', 'record_settled_expense', 'record_returned_expense');

-- What is due, lane by lane in the order of the log; what is not due yet is passed over without a look at its row.
DROP INDEX daybook.reactions_due;
CREATE INDEX reactions_due ON daybook.reactions (lane, position, id, due_at) WHERE state = 'pending';
CREATE INDEX reactions_digest ON daybook.reactions (digest, id) WHERE digest IS NOT NULL;

-- Past which position each policy reacts: it owes nothing for what was recorded before there was such a policy.
CREATE TABLE daybook.policies (
    name  text   PRIMARY KEY COLLATE "C",
    since bigint NOT NULL
);
INSERT INTO daybook.policies SELECT policy, min(position) - 1 FROM daybook.reactions GROUP BY policy;

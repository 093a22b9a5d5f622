CREATE TABLE `home_balance` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`regie_id` integer NOT NULL,
	`cents` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `home_balance_of` ON `home_balance` (`family_id`,`regie_id`);--> statement-breakpoint
CREATE INDEX `home_balance_cents` ON `home_balance` (`cents`);--> statement-breakpoint
INSERT INTO `home_balance` (`family_id`, `regie_id`, `cents`)
SELECT family_id, regie_id, sum(cents) FROM (
  SELECT family_id, regie_id, total_cents AS cents FROM invoice WHERE state = 'issued'
  UNION ALL SELECT family_id, regie_id, -amount_cents FROM payment WHERE cancelled_at IS NULL
  UNION ALL SELECT family_id, regie_id, amount_cents FROM opening_balance
  UNION ALL SELECT family_id, regie_id, amount_cents FROM refund WHERE paid_on IS NOT NULL
  UNION ALL SELECT decision.family_id, decision.regie_id, -part.amount_cents FROM debt_decision decision
    JOIN allocation part ON part.decision_id = decision.id
) WHERE family_id IS NOT NULL GROUP BY family_id, regie_id HAVING sum(cents) <> 0;

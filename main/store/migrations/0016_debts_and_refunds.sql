CREATE TABLE `debt_decision` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`kind` text NOT NULL,
	`organ` text DEFAULT '' NOT NULL,
	`number` text DEFAULT '' NOT NULL,
	`decided_on` text NOT NULL,
	`on_day` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "debt_decision_payer" CHECK(("debt_decision"."family_id" is null) <> ("debt_decision"."third_party_id" is null)),
	CONSTRAINT "debt_decision_cancelled" CHECK(("debt_decision"."cancelled_at" is null) = ("debt_decision"."cancel_reason" is null))
);
--> statement-breakpoint
CREATE INDEX `debt_decision_family` ON `debt_decision` (`family_id`);--> statement-breakpoint
CREATE INDEX `debt_decision_third_party` ON `debt_decision` (`third_party_id`) WHERE "debt_decision"."third_party_id" is not null;--> statement-breakpoint
CREATE TABLE `refund` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`means` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`reason` text NOT NULL,
	`asked_on` text NOT NULL,
	`paid_on` text,
	`reference` text DEFAULT '' NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "refund_payer" CHECK(("refund"."family_id" is null) <> ("refund"."third_party_id" is null)),
	CONSTRAINT "refund_amount" CHECK("refund"."amount_cents" > 0),
	CONSTRAINT "refund_cancelled" CHECK(("refund"."cancelled_at" is null) = ("refund"."cancel_reason" is null)),
	CONSTRAINT "refund_outcome" CHECK("refund"."paid_on" is null or "refund"."cancelled_at" is null)
);
--> statement-breakpoint
CREATE INDEX `refund_family` ON `refund` (`family_id`);--> statement-breakpoint
CREATE INDEX `refund_third_party` ON `refund` (`third_party_id`) WHERE "refund"."third_party_id" is not null;--> statement-breakpoint
CREATE TABLE `__new_allocation` (
	`id` integer PRIMARY KEY NOT NULL,
	`payment_id` integer,
	`credit_note_id` integer,
	`opening_credit_id` integer,
	`decision_id` integer,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`refund_id` integer,
	`on_day` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`reverses_id` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_note_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_credit_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decision_id`) REFERENCES `debt_decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`refund_id`) REFERENCES `refund`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reverses_id`) REFERENCES `allocation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "allocation_amount" CHECK("__new_allocation"."amount_cents" <> 0 and ("__new_allocation"."amount_cents" < 0) = ("__new_allocation"."reverses_id" is not null)),
	CONSTRAINT "allocation_source" CHECK(("__new_allocation"."payment_id" is not null) + ("__new_allocation"."credit_note_id" is not null) + ("__new_allocation"."opening_credit_id" is not null) + ("__new_allocation"."decision_id" is not null) = 1),
	CONSTRAINT "allocation_target" CHECK(("__new_allocation"."invoice_id" is not null) + ("__new_allocation"."opening_debt_id" is not null) + ("__new_allocation"."refund_id" is not null) = 1)
);
--> statement-breakpoint
-- Money pays a debt on the day when both were there.
INSERT INTO `__new_allocation`("id", "payment_id", "credit_note_id", "opening_credit_id", "invoice_id", "opening_debt_id", "on_day", "amount_cents", "act_id")
SELECT allocation.id, payment_id, credit_note_id, opening_credit_id, invoice_id, opening_debt_id,
  coalesce(
    max(coalesce(payment.received_on, note.issued_on, credit.on_day), coalesce(invoice.issued_on, debt.on_day)),
    substr(act.started_at, 1, 10)),
  allocation.amount_cents, allocation.act_id
FROM allocation
JOIN act ON act.id = allocation.act_id
LEFT JOIN payment ON payment.id = payment_id LEFT JOIN invoice note ON note.id = credit_note_id
LEFT JOIN opening_balance credit ON credit.id = opening_credit_id
LEFT JOIN invoice ON invoice.id = invoice_id LEFT JOIN opening_balance debt ON debt.id = opening_debt_id;
--> statement-breakpoint
DROP TABLE `allocation`;--> statement-breakpoint
ALTER TABLE `__new_allocation` RENAME TO `allocation`;--> statement-breakpoint
CREATE INDEX `allocation_invoice` ON `allocation` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `allocation_payment` ON `allocation` (`payment_id`);--> statement-breakpoint
CREATE INDEX `allocation_credit_note` ON `allocation` (`credit_note_id`);--> statement-breakpoint
CREATE INDEX `allocation_opening_credit` ON `allocation` (`opening_credit_id`);--> statement-breakpoint
CREATE INDEX `allocation_opening_debt` ON `allocation` (`opening_debt_id`);--> statement-breakpoint
CREATE INDEX `allocation_decision` ON `allocation` (`decision_id`) WHERE "allocation"."decision_id" is not null;--> statement-breakpoint
CREATE INDEX `allocation_refund` ON `allocation` (`refund_id`) WHERE "allocation"."refund_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `allocation_reverses` ON `allocation` (`reverses_id`);
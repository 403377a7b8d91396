"""Where factories are paid: their account at Stripe, or their bank."""

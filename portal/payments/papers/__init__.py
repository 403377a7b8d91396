"""Tax papers: proforma and commercial invoices, receipts, credit notes; numbered without a gap, never changed."""

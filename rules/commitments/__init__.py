"""Commitments of the applicant: acceptance with deferrable materials missing (容缺受理), and 告知承诺."""

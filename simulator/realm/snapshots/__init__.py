"""A realm as one document that a person can read, and a realm out of such a document.

`document` says what a document may hold, `checks` that its entries agree with one another; `capture` makes
a document from a realm, `restore` a realm from a document. No certificate and no key is in it, nor who has
entered; codes, hashes and answers are.
"""

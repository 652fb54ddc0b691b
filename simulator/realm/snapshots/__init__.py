"""A realm as one readable document, and a realm made from such a document.

`document` defines what a document may hold, `checks` whether its entries agree with one another; `capture`
makes a document from a realm, `restore` a realm from a document. A document holds no certificate, no key and
no session; it does hold codes, password hashes and answers.
"""

"""The control API: JSON over HTTP, one table of operations, and the OpenAPI document made from it."""

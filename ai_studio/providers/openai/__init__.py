"""OpenAI, or whatever speaks its language: pictures, films, and templates by a chat model.

https://platform.openai.com/docs/api-reference; the bodies are those of its OpenAPI document, 2.3.0.
"""

"""The only door through which bytes of an outside provider become files of a job.

decoding.files_of(data, job=job, thumbnail=None) -> [OutputFile, …]    one RESULT, one THUMBNAIL, perhaps others
decoding.BadFile                                                       what files_of raises
decoding.max_bytes(job.type)                                           how much to fetch at most
"""

from ai_studio.decoding.files import BadFile, files_of, max_bytes

__all__ = ["BadFile", "files_of", "max_bytes"]

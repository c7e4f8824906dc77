/* engine.h - an engine beside libclamav, such as clamd: what it said of each attachment of a
 * message, and whether it failed. Inside inspect/ only; file.h has its outer side. */
#ifndef CORDON_INSPECT_ENGINE_H
#define CORDON_INSPECT_ENGINE_H

#include "bitset.h"
#include "file.h"

typedef struct engine Engine;

Engine *engine_new(void); /* none */
void engine_free(Engine *engine);

/* As file_scanner_set_engine, file_scanner_forget, file_scanner_failure. */
void engine_set(Engine *engine, FileEngine scan, void *data);
void engine_forget(Engine *engine);
const char *engine_failure(const Engine *engine);

/* Traits of what it says of content: 0 where it found nothing, or where there is none. Malware's
 * name goes to *name, a new string. Any error is a trait: what was not looked at is not clean. */
BitSet engine_ask(Engine *engine, GBytes *content, const char *sha256, char **name);

#endif

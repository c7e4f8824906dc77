/* scanner.h - what is kept between attachments. Inside inspect/file/ only. */
#ifndef CORDON_SCANNER_H
#define CORDON_SCANNER_H

#include "../document/document_links.h"
#include "engine.h"
#include "file.h"
#include "unpack.h"

struct file_scanner {
  struct magic_set *magic; /* libmagic's */
  Unpacker *unpacker;      /* NULL: types only */
  UnpackBudget budget;
  QrSearch codes; /* what was searched of a message */
  Engine *engine; /* beside libclamav */
};

#endif

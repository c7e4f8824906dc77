/* file_links.c - what of a file is looked through for links and codes: as what it is, and as what
 * the program that opens it takes it for. */
#include "file_links.h"

#include <string.h>

#include "../content.h"
#include "../document/xml_scan.h"
#include "bounds.h"
#include "inner_name.h"

/* --- pages --- */

/* Links of a file that a browser shows as a page all the same. */
static BitSet
called_links(DocumentLinks *links, const Finding *finding, const char *type,
             const unsigned char *bytes, size_t len)
{
  return called_page(finding->names, type, bytes, len)
             ? document_links_page(links, finding, bytes, len)
             : 0;
}

/* Word takes a part for a page that its list of types, or its relationship, says is one. */
static gboolean
may_be_page(const char *type, gboolean xml, const UnpackFile *file)
{
  const gboolean page = strcmp(type, "text/html") == 0;

  if (!xml)
    return g_str_has_prefix(type, "text/") && !page; /* one that is known is read as such */
  return (page && !xml_is_part_name(file->member)) ||
         find_fold(file->bytes, MIN(file->size, KIB(4)), "<html");
}

/* --- codes --- */

/* A picture that is no file of its own is a member of what is around it. */
static gboolean
search_codes(DocumentLinks *links, const Finding *around, const UnpackFile *file,
             const Finding *finding)
{
  const char *type = finding != around ? finding->content_type : "";
  const char *member = finding != around                   ? ""
                       : *file->member                     ? file->member
                       : inner_name_is_made_up(file->name) ? ""
                                                           : file->name;

  return document_links_picture(links, finding, member, type, file->bytes, file->size);
}

/* --- a file --- */

BitSet
file_links(DocumentLinks *links, const Finding *finding, const unsigned char *bytes, size_t len)
{
  const char *type = finding->content_type;
  BitSet traits = document_links_file(links, finding, type, bytes, len);

  traits |= called_links(links, finding, type, bytes, len);
  /* a picture that is a part of the message is searched with the others of it */
  if (finding->inner && !document_links_picture(links, finding, "", type, bytes, len))
    traits |= TRAIT(QR_UNREAD);
  return traits;
}

BitSet
file_links_inner(DocumentLinks *links, const Finding *around, const char *around_type,
                 Nature nature, const UnpackFile *file, const Finding *finding, const char *type)
{
  const gboolean package = nature == NATURE_PACKAGE, own = finding != around;
  const gboolean xml =
      package && document_links_part(links, around, file->member, file->bytes, file->size);
  BitSet traits = 0;

  if (package && may_be_page(type, xml, file))
    traits |= document_links_page(links, finding, file->bytes, file->size);
  else if (own)
    traits |= called_links(links, finding, type, file->bytes, file->size);
  if (!own && strcmp(around_type, "application/pdf") == 0)
    type = around_type; /* a stream of it */
  if (!xml)
    traits |= document_links_file(links, finding, type, file->bytes, file->size);
  return search_codes(links, around, file, finding) ? traits : traits | TRAIT(QR_UNREAD);
}

/* documents.h - packages for tests of the disarmers: made of members, and what became of one. */
#ifndef CORDON_TEST_DOCUMENTS_H
#define CORDON_TEST_DOCUMENTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../inspect/zipfile.h"
#include "package.h"

#define R                    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MS                   "http://schemas.microsoft.com/office/2006/relationships"
#define NSR                  " xmlns:r='" R "'"
#define NS                   NSR " xmlns:w='urn:w' xmlns:o='urn:o' xmlns:a='urn:a' xmlns:p='urn:p'"
#define RELS(x)              "<Relationships xmlns='urn:rels'>" x "</Relationships>"
#define IN(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "'/>"
#define OUT(id, type, target)                                                                      \
  "<Relationship Id='" id "' Type='" type "' Target='" target "' TargetMode='External'/>"
#define TYPES(x)                                                                                   \
  "<Types xmlns='urn:types'><Default Extension='xml' ContentType='x/xml'/>" x "</Types>"
#define TYPE(part, type) "<Override PartName='" part "' ContentType='" type "'/>"

typedef struct file {
  const char *name, *text;
} File;

/* Of the files up to one without a name, eight at most. */
static inline GBytes *
pack(const File *files, size_t count)
{
  ZipEntry entries[8];
  size_t n = 0;

  for (; n < count && files[n].name; n++)
    entries[n] = (ZipEntry){files[n].name, files[n].text, strlen(files[n].text), 0};
  return g_byte_array_free_to_bytes(zip_make(entries, n));
}

/* A member's text, "" if there is none of that name. */
static inline char *
member_text(GBytes *zip, const char *name)
{
  g_autoptr(Package) package = package_open(zip, NULL);
  g_autoptr(GBytes) bytes = NULL;
  int member;

  assert_non_null(package);
  member = package_find(package, name);
  if (member < 0)
    return g_strdup("");
  bytes = package_read(package, (unsigned)member, NULL);
  assert_non_null(bytes);
  return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

#endif

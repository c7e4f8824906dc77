/* Documents with links that are to lead nowhere: what they become, and that all else stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disarm.h"
#include "documents.h"
#include "xml.h"

#define DEAD "https://dead.example/x"
#define LIVE "https://live.example/"
#define WNS  " xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'" NSR
#define PNS                                                                                        \
  " xmlns:a='urn:a' xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'" NSR
#define LINKS                                                                                      \
  RELS(OUT("r1", "http://x/hyperlink", DEAD) OUT("r2", "http://x/hyperlink", LIVE)                 \
           OUT("r3", "http://x/image", DEAD) IN("r4", "http://x/vbaProject", "vbaProject.bin"))

typedef struct link_case {
  const char *label, *part, *rels, *content;
  unsigned links;
  const char *with, *without; /* what the part has then, and has not */
} LinkCase;

static const LinkCase link_cases[] = {
    {"Word: a link keeps its words", "word/document.xml", LINKS,
     "<w:document" WNS "><w:hyperlink r:id='r1'><w:t>it</w:t></w:hyperlink></w:document>", 2,
     "<w:hyperlink w:anchor=\"_top\" w:tooltip=\"why\"><w:t>it</w:t></w:hyperlink>", "r1"},
    {"Word: a link of the default namespace", "word/document.xml", LINKS,
     "<document xmlns='urn:wordprocessingml/main'><hyperlink xmlns:r='urn:x/relationships' "
     "r:id='r1'/></document>",
     2, "own:anchor=\"_top\" own:tooltip=\"why\"", "r1"},
    {"Word: one that has a prefix, too", "word/document.xml", LINKS,
     "<document xmlns='urn:wordprocessingml/main' xmlns:x='urn:wordprocessingml/main'><hyperlink "
     "xmlns:r='urn:x/relationships' r:id='r1'/></document>",
     2, "x:anchor=\"_top\" x:tooltip=\"why\"", "own"},
    {"Word: another stays", "word/document.xml", LINKS,
     "<w:document" WNS "><w:hyperlink r:id='r2'><w:t>it</w:t></w:hyperlink></w:document>", 2,
     "r:id='r2'", "tooltip"},
    {"Word: a picture loses its link", "word/document.xml", LINKS,
     "<w:document" WNS " xmlns:a='urn:a'><w:docPr><a:hlinkClick r:id='r1'/></w:docPr></w:document>",
     2, "<w:docPr/>", "hlinkClick"},
    {"Word: what is loaded", "word/document.xml", LINKS,
     "<w:document" WNS " xmlns:a='urn:a'><a:blip r:link='r3'/></w:document>", 2, "<a:blip/>", "r3"},
    {"PowerPoint: an action that does nothing", "ppt/slides/slide1.xml", LINKS,
     "<p:sld" PNS "><a:hlinkClick r:id='r1'/></p:sld>", 2,
     "<a:hlinkClick r:id=\"\" action=\"ppaction://noaction\" tooltip=\"why\"/>", "r1"},
    {"Excel: a cell leads to itself", "xl/worksheets/sheet1.xml", LINKS,
     "<worksheet" NSR "><hyperlink ref='B2:C3' r:id='r1'/></worksheet>", 2,
     "<hyperlink ref=\"B2:C3\" location=\"B2\" tooltip=\"why\"/>", "r1"},
    {"Excel: a formula leaves its value", "xl/worksheets/sheet1.xml", RELS(""),
     "<worksheet><c><f>HYPERLINK(\"https://dead\"&amp;\".example/x\")</f><v>it</v></c></worksheet>",
     1, "<c><v>it</v></c>", "HYPERLINK"},
    {"a field in pieces", "word/document.xml", RELS(""),
     "<w:document" WNS "><w:fldChar w:fldCharType='begin'/><w:instrText>HYPERLINK &quot;https://de"
     "</w:instrText><w:instrText>ad.example/x&quot;</w:instrText><w:fldChar "
     "w:fldCharType='separate'/>"
     "<w:t>it</w:t><w:fldChar w:fldCharType='end'/></w:document>",
     1, "<w:t>it</w:t>", "instrText"},
    {"macros stay where only links are to die", "word/document.xml", LINKS,
     "<w:document" WNS "><w:fldSimple w:instr='DDEAUTO c:\\x'/></w:document>", 2, "DDEAUTO", NULL},
};

static Orders
orders_for(const char *address)
{
  Orders orders = {FALSE, g_hash_table_new(g_str_hash, g_str_equal)};

  g_hash_table_insert(orders.dead, (void *)address, "why");
  return orders;
}

static void
check_links(const LinkCase *c, const Orders *orders)
{
  g_autofree char *rels =
      g_strdup_printf("%.*s_rels/%s.rels", (int)(strrchr(c->part, '/') + 1 - c->part), c->part,
                      strrchr(c->part, '/') + 1);
  const File files[] = {{"[Content_Types].xml", TYPES(TYPE("/a.bin", "x/vbaProject"))},
                        {c->part, c->content},
                        {rels, c->rels},
                        {"word/vbaProject.bin", "macro"}};
  g_autoptr(GBytes) zip = pack(files, G_N_ELEMENTS(files));
  Taken taken = {0}, again = {0};
  g_autoptr(GBytes) clean = disarm_file(zip, orders, &taken, NULL), twice = NULL;
  g_autofree char *text = clean ? member_text(clean, c->part) : NULL;
  g_autofree char *rest = clean ? member_text(clean, rels) : NULL;

  if (!clean || taken.links != c->links || taken.traits)
    fail_msg("%s: %u links, want %u", c->label, taken.links, c->links);
  if (!strstr(text, c->with) || (c->without && strstr(text, c->without)) || strstr(rest, DEAD))
    fail_msg("%s: got %s %s", c->label, text, rest);
  twice = disarm_file(clean, orders, &again, NULL);
  assert_true(twice == clean && again.links == 0);
}

static void
test_links(void **state)
{
  Orders orders = orders_for(DEAD);

  for (size_t i = 0; i < G_N_ELEMENTS(link_cases); i++)
    check_links(&link_cases[i], &orders);
  g_hash_table_unref(orders.dead);
}

/* Text in which an address is, and what it becomes. */
static const File text_cases[] = {
    {"<p><a href='" DEAD "'>a</a><a href=" LIVE ">b</a></p>",
     "<p><a href='about:blank'>a</a><a href=" LIVE ">b</a></p>"},
    {"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"" DEAD "\"}{\\fldrslt \\b x}}}",
     "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"hxxps[:]//dead[.]example/x\"}{\\fldrslt \\b x}}}"},
};

static void
test_text_links(void **state)
{
  Orders orders = orders_for(DEAD);

  for (size_t i = 0; i < G_N_ELEMENTS(text_cases); i++) {
    g_autoptr(GBytes) file = g_bytes_new_static(text_cases[i].name, strlen(text_cases[i].name));
    Taken taken = {0};
    g_autoptr(GBytes) clean = disarm_file(file, &orders, &taken, NULL);
    gsize len = 0;
    const char *bytes = clean ? g_bytes_get_data(clean, &len) : NULL;

    if (!clean || len != strlen(text_cases[i].text) || memcmp(bytes, text_cases[i].text, len) != 0)
      fail_msg("got %.*s, want %s", (int)len, bytes, text_cases[i].text);
    assert_int_equal(taken.links, 1);
  }
  g_hash_table_unref(orders.dead);
}

/* Taken out, the link would draw the head of the other file to where it is looked for. */
static void
test_two_kinds(void **state)
{
  g_autofree char *link = g_strdup_printf("<a href='%s'>x</a>", DEAD);
  g_autofree char *page = g_strdup_printf("%s%*s%%PDF-1.4\n", link, 1024 - (int)strlen(link), "");
  g_autoptr(GBytes) file = g_bytes_new_static(page, strlen(page));
  Orders orders = orders_for(DEAD);
  Taken taken = {0};
  g_autoptr(GError) error = NULL;

  assert_null(disarm_file(file, &orders, &taken, &error));
  assert_string_equal(error->message, "a file of two kinds");
  g_hash_table_unref(orders.dead);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_links),
                                     cmocka_unit_test(test_text_links),
                                     cmocka_unit_test(test_two_kinds)};

  disarm_start();
  return cmocka_run_group_tests(tests, NULL, NULL);
}

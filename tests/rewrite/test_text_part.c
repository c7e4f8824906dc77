/* Links of text parts: dead in place, one mark a line for each host, no line end added. */
#include "rig.h"

#define OFF(host)      " [Kill 雲: " host " – link disabled 連結已停用 – Ref K7QF-3M2P-XW]"
#define AGAIN(host, n) " [Kill: " host " · " n "]"
#define KILL           OFF("kill[.]example")
#define GONE                                                                                       \
  "[Warning 警告 – Bad 雲: gone[.]example – link removed 連結已移除 – Ref K7QF-3M2P-XW]"
#define FLAG                                                                                       \
  " [Note 雲: flag[.]example – take care before you open it 開啟前請先核實 – Ref K7QF-3M2P-XW]"

typedef struct text_case {
  const char *label, *type, *text, *want;
} TextCase;

static const TextCase cases[] = {
    {"in a sentence", "plain", "See https://kill.example/a, now.\r\n",
     "{TOP}See hxxps[:]//kill[.]example/a" KILL ", now.\r\n{NOTES}"},
    {"no line end at the end", "plain", "https://kill.example/",
     "{TOP}hxxps[:]//kill[.]example/" KILL "{NOTES}"},
    {"several line ends at the end", "plain", "https://kill.example/\r\n\r\n",
     "{TOP}hxxps[:]//kill[.]example/" KILL "\r\n\r\n{NOTES}"},
    {"in angle brackets", "plain", "<https://kill.example/> x\r\n",
     "{TOP}<hxxps[:]//kill[.]example/>" KILL " x\r\n{NOTES}"},
    {"twice in a line: one mark", "plain", "https://kill.example/1 https://kill.example/2\r\n",
     "{TOP}hxxps[:]//kill[.]example/1" KILL " hxxps[:]//kill[.]example/2\r\n{NOTES}"},
    {"two hosts in a line: two marks", "plain", "https://kill.example/1 https://die.example/2\r\n",
     "{TOP}hxxps[:]//kill[.]example/1" KILL
     " hxxps[:]//die[.]example/2" AGAIN("die[.]example", "2") "\r\n{NOTES}"},
    {"two lines: two marks", "plain", "https://kill.example/1\r\nhttps://kill.example/2\r\n",
     "{TOP}hxxps[:]//kill[.]example/1" KILL
     "\r\nhxxps[:]//kill[.]example/2" AGAIN("kill[.]example", "2") "\r\n{NOTES}"},
    {"information: no mark, no top line", "plain", "at https://info.example/x now\r\n",
     "at hxxps[:]//info[.]example/x now\r\n{NOTES}"},
    {"quoted", "plain", "> > at https://kill.example/ x\r\n> y\r\n",
     "{TOP}> > at hxxps[:]//kill[.]example/" KILL " x\r\n> y\r\n{NOTES}"},
    {"a flowed line stays flowed", "plain; format=flowed", "at https://kill.example/ \r\nmore\r\n",
     "{TOP}at hxxps[:]//kill[.]example/" KILL " \r\nmore\r\n{NOTES}"},
    {"removed", "plain", "at https://gone.example/x now\r\n", "{TOP}at " GONE " now\r\n{NOTES}"},
    {"removed, glued to a word", "plain", "a@b.comhttps://gone.example/x\r\n", NULL},
    {"flagged", "plain", "at https://flag.example/x now\r\n",
     "{TOP}at https://flag.example/x" FLAG " now\r\n{NOTES}"},
    {"Chinese around it", "plain", "圖則在https://kill.example/a。請看\r\n",
     "{TOP}圖則在hxxps[:]//kill[.]example/a" KILL "。請看\r\n{NOTES}"},
    {"nothing to do", "plain", "at https://ok.example/\r\n", "at https://ok.example/\r\n"},
    {"no tier", "plain", "at https://quiet.example/\r\n", "at hxxps[:]//quiet[.]example/\r\n"},
    {"calendar: an address goes", "calendar", "URL:https://kill.example/\r\nEND:VCALENDAR\r\n",
     "END:VCALENDAR\r\n"},
    {"calendar: the last line", "calendar", "X:y\r\nURL:https://kill.example/", "X:y\r\n"},
    {"calendar: broken in words", "calendar", "SUMMARY:a\\, https://kill.example/\\,\r\nX:y\r\n",
     "SUMMARY:a\\, hxxps[:]//kill[.]example/\\,\r\nX:y\r\n"},
    {"calendar: a parameter", "calendar", "X;ALTREP=\"https://kill.example/\":y\r\n",
     "X;ALTREP=\"hxxps[:]//kill[.]example/\":y\r\n"},
    {"calendar: only what must change", "calendar",
     "A:b\r\n c\r\nURL:https://kill.example/\r\nLOCATION:d\r\n e\r\n",
     "A:b\r\n c\r\nLOCATION:d\r\n e\r\n"},
    {"contact: quoted-printable", "x-vcard",
     "NOTE;QUOTED-PRINTABLE:https=3A//ki=\r\nll.example/ =E5=\r\nX:y\r\n",
     "NOTE;QUOTED-PRINTABLE:hxxps[:]//kill[.]example/ =E5X:y\r\n"},
    {"table: flag leaves it", "csv", "a,https://flag.example/\r\n", "a,https://flag.example/\r\n"},
    {"table: removed is broken", "csv", "a,https://gone.example/\r\n",
     "a,hxxps[:]//gone[.]example/\r\n"},
    {"signature line", "plain", "https://kill.example/\r\n-- \r\nAnn\r\n",
     "{TOP}hxxps[:]//kill[.]example/" KILL "\r\n-- \r\nAnn\r\n{NOTES}"},
};

static void
test_cases(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const TextCase *c = &cases[i];
    g_autofree char *charset =
        strstr(c->type, "; ") != NULL ? g_strdup(c->type) : g_strconcat(c->type, ";", NULL);
    g_autofree char *in = g_strconcat(RIG_HEAD "Content-Type: text/", charset,
                                      strchr(c->type, ';') ? "; charset=utf-8" : " charset=utf-8",
                                      "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", c->text, NULL);
    RigResult result = rig_run(rig, in, -1);
    g_autofree char *plain = rig_plain(body_of(result.text));
    if (c->want != NULL)
      assert_text(c->label, plain, c->want);
    assert_null(strstr(plain, "https://gone.example"));
    rig_result_clear(&result);
  }
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

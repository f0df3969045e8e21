/** Whole messages that acknowledge, as people of other languages write them to a bot that speaks English. */
const ACKNOWLEDGING = wholes(`
  roger | roger that | copy | copy that | noted | wilco | received | understood | seen | seen it | got you | gotcha |
  will do | i have it | i have this | i've got it | i've got this | leave it to me | i'm handling it | handling it |
  on my way | i'm on this |
  verstanden | übernehme ich | ich übernehme | übernommen | bin dran | ich bin dran | mach ich | ich kümmere mich |
  ich kümmere mich darum | kümmere mich | ich schaue es mir an | schaue ich mir an | bestätigt | quittiert | gesehen |
  entendido | recibido | enterado | me encargo | yo me encargo | lo reviso | lo tengo | estoy en ello | voy |
  bien reçu | reçu | compris | je m'en occupe | je prends | je regarde | c'est pris | pris en compte | vu |
  recebido | ciente | deixa comigo | deixe comigo | estou vendo | vou ver | entendi | pode deixar | assumo |
  ricevuto | capito | ci penso io | me ne occupo io | me ne occupo | lo guardo io | preso in carico |
  ik pak het op | ik kijk ernaar | begrepen | gezien | ontvangen | jag tar det | jag kollar | uppfattat | mottaget |
  jeg tar den | jeg tager den | jeg ser på det | selvä | hoidan | przyjąłem | przyjęłam | zajmę się tym | biorę to |
  rozumiem | beru to | rozumím | bende | ben bakıyorum | anlaşıldı | aldım | görüldü |
  принято | понял | поняла | беру | взял | взяла | смотрю | займусь | прийнято | беру в роботу |
  了解 | 了解です | 了解しました | 承知しました | 承知です | 確認します | 確認中です | 対応します | 対応中です |
  收到 | 明白 | 我来处理 | 我在看 | 处理中 | 我來處理 | 知道了 |
  확인 | 확인했습니다 | 확인하겠습니다 | 제가 볼게요 | 처리하겠습니다 | देख रहा हूँ | समझ गया | saya tangani | siap | diterima`);

const THANKING = wholes(`
  thanks | thank you | thank you so much | thank you very much | thanks a lot | many thanks | thx | tx | ty | tysm |
  cheers | much appreciated | appreciated | danke | danke schön | vielen dank | merci | merci beaucoup | gracias |
  muchas gracias | obrigado | obrigada | muito obrigado | valeu | grazie | grazie mille | dank je | dank u | bedankt |
  tack | tack så mycket | takk | tak | kiitos | dziękuję | dzięki | děkuji | díky | teşekkürler | teşekkür ederim |
  sağol | спасибо | дякую | ありがとう | ありがとうございます | 谢谢 | 謝謝 | 감사합니다 | 고마워요 | धन्यवाद | शुक्रिया |
  terima kasih | makasih | shukran | شكرا | תודה`);

/** Whether the whole message says that its sender has it. */
export function acknowledges(text: string): boolean {
  return ACKNOWLEDGING.has(normal(text));
}

/** Whether the whole message thanks. */
export function thanks(text: string): boolean {
  const said = normal(text);
  return THANKING.has(said) || /^(ok|okay|great|perfect|cool|nice|super|top) /.test(said) &&
      THANKING.has(said.replace(/^\S+ /, ""));
}

const WHO =
  /^(so )?(who('?s| is| has| have| was)? ?(it|this|that|has|have|got|is|on|owns?|own|took|taken|take|takes|taking|acked|acknowledged|handles|handling|working|looking|assigned|responsible|the owner|dealing|in charge)\b.{0,40}|whose is (it|this|that)|(is|has|does) (any ?one|any ?body|some ?one|some ?body) (on|got|have|has|taken|taking|acked|acknowledged|looking|working|handling|own)\b.{0,40}|owner|assignee)$/;

/** Whether it is asked who has the incident. */
export function asksWho(text: string): boolean {
  const said = normal(text);
  return WHO.test(said) && !/\bon ?call\b/.test(said);
}

const OBJECT = "( (into |at )?(it|this|that|the (incident|alert|cause|problem|issue|logs?)))?";
const AGAIN = "(again|anew|afresh|once more|one more time|more closely)";
const INVESTIGATE = [
  new RegExp(`^(re-?investigate|re-?diagnose|re-?analy[sz]e|investigate|re-?check)${OBJECT}( now)?$`),
  new RegExp(
    `^(investigate|diagnose|analy[sz]e|look|check|dig|try|run|search)( in| into| at)?${OBJECT}( once)? ${AGAIN}( now)?$`,
  ),
  new RegExp(
    `^(run|start|retry|repeat|redo|restart)( (the|a|another|a new))? (investigation|diagnosis|analysis)( ${AGAIN})?$`,
  ),
  /^(have|take|do) (another|a second|a new|a fresh|a closer) look( (at|into) (it|this|that))?$/,
  /^(another|new|second|fresh) (look|investigation|diagnosis)$/,
];

/** Whether it is asked for another look at the incident. */
export function asksForAnotherLook(text: string): boolean {
  const said = normal(text).replace(/ (please|pls)$/, "").replace(/^(please|pls) /, "");
  return INVESTIGATE.some((pattern) => pattern.test(said));
}

function wholes(list: string): ReadonlySet<string> {
  return new Set(list.split("|").map(normal));
}

/** Small letters without accents, signs at the ends and spaces beyond one. */
function normal(text: string): string {
  return text.slice(0, 200).normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[’‘`´]/g, "'").toLowerCase()
    .replaceAll(/\s+/g, " ").replaceAll(/^[\s¡¿]+|(?<![\s.,!?…。！،])[\s.,!?…。！،]+$/g, "");
}

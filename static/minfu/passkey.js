// Passkeys: django-allauth's own functions (webauthn.js, loaded before), tied to forms without a script in the page.
// <form data-passkey="add|authenticate|login" data-options="…"> with a button [data-passkey-go] and a hidden credential.
const START = { add: "addForm", authenticate: "authenticateForm", login: "loginForm" };

/** Says what happened where the page keeps room for it; a person who cancelled needs no more than that. */
function tell(exception) {
  for (const place of document.querySelectorAll("[data-passkey-error]")) {
    place.textContent = exception?.name === "NotAllowedError" ? place.dataset.cancelled : place.dataset.failed;
    place.hidden = false;
    place.focus();
  }
}

// A passkey belongs to a name: browsers refuse them where the site is reached by a number.
const able = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(location.hostname);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const kind = form.dataset.passkey;
  const button = form.querySelector("[data-passkey-go]");
  if (!able) {
    button.disabled = true;
    form.hidden = kind === "login";
    if (form.hidden) continue;
    for (const place of document.querySelectorAll("[data-passkey-error]")) {
      place.textContent = place.dataset.unable;
      place.hidden = false;
    }
    continue;
  }
  button.id ||= `passkey-${kind}`;
  window.allauth.webauthn.forms[START[kind]]({
    ids: {
      [kind]: button.id,
      credential: form.querySelector("[name=credential]").id,
      passwordless: form.querySelector("[name=passwordless]")?.id,
    },
    data: form.dataset.options ? JSON.parse(form.dataset.options) : null,
  });
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  tell(event.detail.exception);
});

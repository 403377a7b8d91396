// Passkeys: a form[data-passkey="create" or "get"] with the server's options asks the device, and is sent with its answer.
(() => {
  "use strict";

  const form = document.querySelector("form[data-passkey]");
  const state = form?.querySelector("[data-passkey-state]");
  const again = form?.querySelector("[data-passkey-again]");
  if (!form) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function options() {
    const read = JSON.parse(form.dataset.options);
    const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
    return {
      ...read,
      challenge: bytes(read.challenge),
      ...(read.user && { user: { ...read.user, id: bytes(read.user.id) } }),
      ...(read.excludeCredentials && { excludeCredentials: known(read.excludeCredentials) }),
      ...(read.allowCredentials && { allowCredentials: known(read.allowCredentials) }),
    };
  }

  function answer(credential) {
    const { response } = credential;
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = text(response[name]);
    }
    if (response.getTransports) parts.transports = response.getTransports();
    const extensions = JSON.stringify(credential.getClientExtensionResults());
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts, extensions };
  }

  async function ask() {
    again.hidden = true;
    if (!window.PublicKeyCredential || !navigator.credentials) {
      state.textContent = state.dataset.missing;
      return;
    }
    state.textContent = state.dataset.asking;
    try {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: options() });
      form.elements.credential.value = JSON.stringify(answer(credential));
      form.requestSubmit();
    } catch (error) {
      state.textContent = error.name === "SecurityError" ? state.dataset.missing : state.dataset.failed;
      again.hidden = false;
      again.focus();
    }
  }

  again.addEventListener("click", ask);
  ask();
})();

{{- define "dcrsync.name" -}}
{{- if contains "dcrsync" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}{{ printf "%s-dcrsync" (.Release.Name | trunc 44 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "dcrsync.selector" -}}
app.kubernetes.io/name: dcrsync
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "dcrsync.labels" -}}
{{ include "dcrsync.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "dcrsync.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "dcrsync.name" .) }}
{{- end }}
